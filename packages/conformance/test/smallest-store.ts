import {
  type Batch,
  type ByteRange,
  CacheError,
  type Check,
  type CommitResult,
  compareBytes,
  type EncodedKey,
  type FoundRow,
  type Operation,
  type Page,
  type RangeQuery,
  storedBytes,
  type StoredEntry,
  type SyncStore,
  type Trimmed,
  type TrimmedRow,
  type TrimOperation,
  type Usage,
} from "@cache/core/spi";

interface Row extends StoredEntry {
  readonly key: EncodedKey;
}

interface Table {
  /** By key, as text. In no order: a range sorts. */
  readonly rows: Map<string, Row>;
  version: number;
}

/** A row at its place in an order: that of the keys, or that of an index. */
interface Line {
  readonly position: Uint8Array;
  readonly entry?: Uint8Array;
  readonly row: Row;
}

/** Keeps rows in maps, sorts them for each range, and copies a table for each commit: right, and as slow as that sounds. */
export class SmallestStore implements SyncStore {
  readonly name = "maps in memory";
  readonly capabilities = { sync: true, durable: false, shared: "none", watch: false } as const;
  #tables = new Map<number, Table>();
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
    return this.#table(table).rows.get(key.join());
  }

  getMany(table: number, keys: readonly EncodedKey[]): (StoredEntry | undefined)[] {
    return keys.map((key) => this.get(table, key));
  }

  getBy(table: number, index: number, entry: Uint8Array): FoundRow | undefined {
    const lines = linesOf(this.#table(table), index);
    const found = lines.find((line) => line.entry && compareBytes(line.entry, entry) === 0);
    return found && { key: found.row.key, stored: found.row };
  }

  range(table: number, { index, reverse, limit, keysOnly, liveAt = -Infinity, ...bounds }: RangeQuery): Page {
    const lines = linesOf(this.#table(table), index).filter(({ position, row }) => isWithin(position, bounds) && row.expiresAt > liveAt);
    if (reverse) lines.reverse();
    const page = lines.slice(0, limit);
    const rows = page.map(({ row, entry }) => ({ key: row.key, ...(entry && { entry }), ...(!keysOnly && { stored: row }) }));
    const last = page.at(-1);
    return lines.length > limit && last ? { rows, next: last.position } : { rows };
  }

  usage(table: number): Usage {
    const { rows, version } = this.#table(table);
    return { entries: rows.size, bytes: sizeOf(rows), version };
  }

  commit(batch: Batch): CommitResult {
    return this.commitSync(batch);
  }

  commitSync({ now, checks, operations }: Batch): CommitResult {
    const failed = checks.findIndex((check) => !this.#holds(check, now));
    if (failed !== -1) return { ok: false, failed };
    const version = this.#version + 1;
    const drafts = new Map<number, Table>();
    const draftOf = (id: number): Table => {
      const draft = drafts.get(id) ?? { ...this.#table(id), rows: new Map(this.#table(id).rows) };
      drafts.set(id, draft);
      return draft;
    };
    const outcomes = operations.map((operation, position) => {
      if (operation.type === "trim") {
        const trimmed = trim(operation, draftOf, now);
        for (const { table } of trimmed.rows) draftOf(table).version = version;
        return { count: trimmed.rows.length, trimmed: { operation: position, ...trimmed } };
      }
      return { count: carryOut(operation, draftOf(operation.table), now, version) };
    });
    // Until here only drafts were changed, so a batch is carried out whole or, when something throws, not at all.
    for (const [table, draft] of drafts) this.#tables.set(table, draft);
    this.#version = version;
    const trimmed = outcomes.flatMap((outcome) => outcome.trimmed ?? []);
    return { ok: true, version, counts: outcomes.map(({ count }) => count), trimmed };
  }

  flush(): void {
    this.flushSync();
  }

  flushSync(): void {
    this.#assertOpen();
  }

  #assertOpen(): void {
    if (!this.#isOpen) throw new CacheError("CACHE_CLOSED", `${this.name} are closed`);
  }

  #table(id: number): Table {
    this.#assertOpen();
    return this.#tables.get(id) ?? { rows: new Map(), version: 0 };
  }

  #holds(check: Check, now: number): boolean {
    const table = this.#table(check.table);
    if (check.type === "table") return table.version <= check.version;
    const live = [...table.rows.values()].filter(({ expiresAt }) => expiresAt > now);
    if (check.type === "version") {
      const row = live.find(({ key }) => compareBytes(key, check.key) === 0);
      return row?.version === check.version && (check.expiresAt === undefined || row?.expiresAt === check.expiresAt);
    }
    const isTaken = ({ key, entries }: Row): boolean =>
      compareBytes(key, check.key) !== 0 &&
      entries.some(({ index, bytes }) => index === check.index && compareBytes(bytes, check.bytes) === 0);
    return !live.some(isTaken);
  }
}

/** Carries out any operation but a trim; returns its count. */
function carryOut(operation: Exclude<Operation, TrimOperation>, table: Table, now: number, version: number): number {
  const { rows } = table;
  if (operation.type !== "touch") table.version = version;
  if (operation.type === "deleteRange") {
    const doomed = [...rows].filter(([, { key }]) => isWithin(key, operation));
    for (const [at] of doomed) rows.delete(at);
    return doomed.filter(([, { expiresAt }]) => expiresAt > now).length;
  }
  const at = operation.key.join();
  const old = rows.get(at);
  const live = old && old.expiresAt > now ? old : undefined;
  if (operation.type === "delete") rows.delete(at);
  else {
    const { key, type } = operation;
    // The batch's bytes are the caller's again once it has settled.
    const entries = operation.entries.map(({ index, bytes }) => ({ index, bytes: bytes.slice() }));
    if (type === "set")
      rows.set(at, { key: key.slice(), value: operation.value.slice(), expiresAt: operation.expiresAt, version, entries });
    else if (live) {
      const kept = live.entries.filter(({ index }) => !operation.indexes.includes(index));
      const { expiresAt = live.expiresAt } = operation;
      rows.set(at, { ...live, expiresAt, entries: [...kept, ...entries] });
      if (expiresAt < live.expiresAt) table.version = version;
    }
  }
  return live ? 1 : 0;
}

function trim(operation: TrimOperation, draftOf: (id: number) => Table, now: number): Omit<Trimmed, "operation"> {
  const { tables, index, gte, lt, maxEntries = Infinity, maxBytes = Infinity, limit, review } = operation;
  const isBounded = operation.maxEntries !== undefined || operation.maxBytes !== undefined;
  const sum = (sizeOfOne: (rows: Table["rows"]) => number): number =>
    tables.reduce((all, table) => all + sizeOfOne(draftOf(table).rows), 0);
  const rows: TrimmedRow[] = [];
  for (let kept = 0; ;) {
    const lines = tables.flatMap((table) => linesOf(draftOf(table), index).map((line) => ({ ...line, table })));
    const [first] = lines
      .filter(({ position }) => isWithin(position, { gte, lt }))
      .toSorted((a, b) => compareBytes(a.position, b.position));
    const isDue = !isBounded || sum(({ size }) => size) > maxEntries || sum(sizeOf) > maxBytes;
    if (!first?.entry || !isDue) return { rows, kept, more: false };
    if (rows.length + kept === limit) return { rows, kept, more: true };
    const { table, entry, position, row } = first;
    const wasLive = row.expiresAt > now;
    const instead = wasLive ? review?.({ table, key: row.key.slice(), position: position.slice() }) : undefined;
    const draft = draftOf(table).rows;
    if (instead) {
      const others = row.entries.filter((one) => one.index !== index || compareBytes(one.bytes, entry) !== 0);
      draft.set(row.key.join(), { ...row, entries: [...others, { index, bytes: instead.slice() }] });
      kept++;
    } else {
      draft.delete(row.key.join());
      rows.push({ table, key: row.key, wasLive });
    }
  }
}

/** All rows of a table in the order of an index, or of their keys. */
function linesOf({ rows }: Table, index: number | undefined): Line[] {
  const lines = [...rows.values()].flatMap((row): Line[] =>
    index === undefined
      ? [{ position: row.key, row }]
      : row.entries
          .filter((entry) => entry.index === index)
          .map(({ bytes }) => ({ position: Uint8Array.of(...bytes, ...row.key), entry: bytes, row })),
  );
  return lines.toSorted((a, b) => compareBytes(a.position, b.position));
}

function isWithin(position: Uint8Array, { gt, gte, lt, lte }: ByteRange): boolean {
  return (
    (!gt || compareBytes(position, gt) > 0) &&
    (!gte || compareBytes(position, gte) >= 0) &&
    (!lt || compareBytes(position, lt) < 0) &&
    (!lte || compareBytes(position, lte) <= 0)
  );
}

function sizeOf(rows: ReadonlyMap<string, Row>): number {
  let bytes = 0;
  for (const { key, value, entries } of rows.values()) bytes += storedBytes(key, value, entries);
  return bytes;
}
