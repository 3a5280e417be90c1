import type { EncodedKey, StoredEntry } from "../entry.ts";
import { byteString, MemoryTable } from "../memory-table.ts";
import type { DeleteOperation, DeleteRangeOperation, Operation, SetOperation, TouchOperation } from "../operation.ts";
import type { Page, RangeQuery } from "../store.ts";
import type { ValueOperation } from "../value-codec.ts";
import { goingTo, holdsKey, holdsRange, mergeRows, positionOf } from "./row-order.ts";

/** The version of rows that aren't committed yet. */
const UNCOMMITTED = 0;

type RowOperation = SetOperation | ValueOperation | DeleteOperation | TouchOperation;

/** What a transaction has written to a table, to be laid over what the store holds. */
export class TableOverlay {
  /** The rows that the transaction set or touched, with their index entries. */
  readonly #own = new MemoryTable();
  /** What became of single rows, by their keys as text. */
  readonly #changes = new Map<string, RowOperation>();
  /** The keys, as text, of rows that were set while the transaction had left what is stored there in place. */
  readonly #overwritten = new Set<string>();
  /** Ranges whose stored rows are gone. */
  #gone: DeleteRangeOperation[] = [];

  /** What must be written: ranges first, as rows were written into them since. */
  get operations(): readonly (Operation | ValueOperation)[] {
    return [...this.#gone, ...this.#changes.values()];
  }

  /** The keys of all rows that were written one by one. */
  get keys(): readonly EncodedKey[] {
    return Array.from(this.#changes.values(), ({ key }) => key);
  }

  /** How many rows were written one by one. */
  get changed(): number {
    return this.#changes.size;
  }

  /** Whether ranges were removed. */
  get hasGone(): boolean {
    return this.#gone.length > 0;
  }

  /** A row as the transaction left it: `null` when it removed it, `undefined` when it left it alone. */
  find(key: EncodedKey): StoredEntry | null | undefined {
    return this.#own.get(key) ?? (this.#hides(key) ? null : undefined);
  }

  /** Whether no stored row can be seen in a range of keys or of an index. */
  hidesAll(query: RangeQuery): boolean {
    return this.#gone.some((range) => holdsRange(range, query.index === undefined ? query : {}));
  }

  /** How many of the transaction's own rows are live at a moment. */
  live(now: number): number {
    return this.#own.range({ limit: Number.POSITIVE_INFINITY, keysOnly: true, liveAt: now }).rows.length;
  }

  /** Whether a row that was set replaces the one in the store, if there is one, and that was told of in no other way. */
  overwrites(key: EncodedKey): boolean {
    return this.#overwritten.has(byteString(key));
  }

  set(operation: SetOperation | ValueOperation): void {
    const { key, value, expiresAt, entries } = operation;
    const name = byteString(key);
    if (this.#changes.get(name)?.type === "touch" || !this.#hides(key)) this.#overwritten.add(name);
    this.#own.set(key, { value, expiresAt, version: UNCOMMITTED, entries });
    this.#changes.set(name, operation);
  }

  delete(operation: DeleteOperation): void {
    const name = byteString(operation.key);
    this.#overwritten.delete(name);
    this.#own.delete(operation.key);
    this.#changes.set(name, operation);
  }

  deleteRange(range: DeleteRangeOperation): void {
    this.#own.deleteRange(range, Number.NEGATIVE_INFINITY);
    for (const [name, { key }] of this.#changes) if (holdsKey(range, key)) this.#changes.delete(name);
    this.#gone = [...this.#gone.filter((one) => !holdsRange(range, one)), range];
  }

  /** Touches a live row, whose present state is given. */
  touch(operation: TouchOperation, row: StoredEntry): void {
    const { key, indexes } = operation;
    const expiresAt = operation.expiresAt ?? row.expiresAt;
    const entries = [...row.entries.filter(({ index }) => !indexes.includes(index)), ...operation.entries];
    const name = byteString(key);
    const before = this.#changes.get(name);
    this.#own.set(key, { ...row, expiresAt, entries });
    if (before?.type === "set") this.#changes.set(name, { ...before, expiresAt, entries });
    else if (before?.type === "touch") this.#changes.set(name, bothTouches(before, operation));
    else this.#changes.set(name, operation);
  }

  /** A stored page with the transaction's rows among it. The page may hold more rows than the query asks for. */
  merge(stored: Page, query: RangeQuery): Page {
    const own = this.#own.range(stored.next ? goingTo(query, stored.next) : query);
    const seen = stored.rows.filter(({ key }) => !this.#hides(key));
    const rows = mergeRows(own.rows, seen, query);
    const last = rows.at(-1);
    const isCut = own.next !== undefined || rows.length < own.rows.length + seen.length;
    const next = isCut && last ? positionOf(last) : stored.next;
    return next ? { rows, next } : { rows };
  }

  /** Whether the stored row of a key is not to be seen. */
  #hides(key: EncodedKey): boolean {
    return this.#changes.has(byteString(key)) || this.#gone.some((range) => holdsKey(range, key));
  }
}

function bothTouches(first: TouchOperation, then: TouchOperation): TouchOperation {
  const kept = first.entries.filter(({ index }) => !then.indexes.includes(index));
  return {
    ...then,
    expiresAt: then.expiresAt ?? first.expiresAt,
    indexes: [...new Set([...first.indexes, ...then.indexes])],
    entries: [...kept, ...then.entries],
  };
}
