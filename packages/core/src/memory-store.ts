import type { Capabilities } from "./capabilities.ts";
import type { EncodedKey, StoredEntry } from "./entry.ts";
import { CacheError } from "./errors.ts";
import { MemoryTable, ownedEntries } from "./memory-table.ts";
import { trimTables } from "./memory-trim.ts";
import type { Batch, Check, CommitResult, Operation, Trimmed, TrimOperation } from "./operation.ts";
import type { FoundRow, Page, RangeQuery, SyncStore, Usage } from "./store.ts";

/** A store in the process's own memory. Its data lives as long as the object: it may be closed and opened again. */
export interface MemoryStore extends SyncStore {
  readonly capabilities: Capabilities & { readonly sync: true; readonly durable: false; readonly shared: "none"; readonly watch: false };
}

/** Makes an empty store in memory. */
export function memoryStore(): MemoryStore {
  return new OrderedMemoryStore();
}

class OrderedMemoryStore implements MemoryStore {
  readonly name = "memory";
  readonly capabilities = { sync: true, durable: false, shared: "none", watch: false } as const;
  readonly #tables = new Map<number, MemoryTable>();
  #version = 0;
  #isOpen = false;

  open(): void {
    this.#isOpen = true;
  }

  close(): void {
    this.closeSync();
  }

  closeSync(): void {
    this.#isOpen = false;
  }

  destroy(): void {
    this.closeSync();
    this.#tables.clear();
    this.#version = 0;
  }

  get(table: number, key: EncodedKey): StoredEntry | undefined {
    return this.#table(table).get(key);
  }

  getMany(table: number, keys: readonly EncodedKey[]): readonly (StoredEntry | undefined)[] {
    const rows = this.#table(table);
    return keys.map((key) => rows.get(key));
  }

  getBy(table: number, index: number, entry: Uint8Array): FoundRow | undefined {
    return this.#table(table).first(index, entry);
  }

  range(table: number, query: RangeQuery): Page {
    return this.#table(table).range(query);
  }

  usage(table: number): Usage {
    return this.#table(table).usage;
  }

  commit(batch: Batch): CommitResult {
    return this.commitSync(batch);
  }

  /** Nothing after the checks can fail, so carrying out the operations one by one is atomic. */
  commitSync(batch: Batch): CommitResult {
    const failed = batch.checks.findIndex((check) => !this.#holds(check, batch.now));
    if (failed !== -1) return { ok: false, failed };
    const version = ++this.#version;
    const trimmed: Trimmed[] = [];
    const counts = batch.operations.map((operation, position) => {
      if (operation.type === "trim") {
        const done = trimTables(operation, (id) => this.#table(id), batch.now);
        for (const { table } of done.rows) this.#table(table).version = version;
        trimmed.push({ operation: position, ...done });
        return done.rows.length;
      }
      const table = this.#table(operation.table);
      const { changes } = table;
      const count = apply(table, operation, batch.now, version);
      if (operation.type !== "touch" && table.changes > changes) table.version = version;
      return count;
    });
    return { ok: true, version, counts, trimmed };
  }

  flush(): void {
    this.flushSync();
  }

  flushSync(): void {
    this.#assertOpen();
  }

  #assertOpen(): void {
    if (!this.#isOpen) throw new CacheError("CACHE_CLOSED", "the memory store is closed");
  }

  #table(id: number): MemoryTable {
    this.#assertOpen();
    let table = this.#tables.get(id);
    if (!table) this.#tables.set(id, (table = new MemoryTable()));
    return table;
  }

  #holds(check: Check, now: number): boolean {
    const table = this.#table(check.table);
    if (check.type === "version") {
      const row = table.live(check.key, now);
      return row?.version === check.version && (check.expiresAt === undefined || row?.expiresAt === check.expiresAt);
    }
    if (check.type === "unique") return !table.taken(check.index, check.bytes, check.key, now);
    return table.version <= check.version;
  }
}

function apply(table: MemoryTable, operation: Exclude<Operation, TrimOperation>, now: number, version: number): number {
  switch (operation.type) {
    case "set": {
      const replaced = table.live(operation.key, now) ? 1 : 0;
      const { value, expiresAt, entries } = operation;
      table.set(operation.key.slice(), { value: value.slice(), expiresAt, version, entries: ownedEntries(entries) });
      return replaced;
    }
    case "delete": {
      const removed = table.live(operation.key, now) ? 1 : 0;
      table.delete(operation.key);
      return removed;
    }
    case "deleteRange":
      return table.deleteRange(operation, now);
    case "touch": {
      const row = table.live(operation.key, now);
      if (!row) return 0;
      const kept = row.entries.filter(({ index }) => !operation.indexes.includes(index));
      const entries = [...kept, ...ownedEntries(operation.entries)];
      const { expiresAt = row.expiresAt } = operation;
      table.set(operation.key.slice(), { ...row, expiresAt, entries });
      if (expiresAt < row.expiresAt) table.version = version;
      return 1;
    }
  }
}
