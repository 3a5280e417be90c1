import { compareBytes } from "@cache/core/spi";
import { CLAIMS } from "./layout.ts";
import { result } from "./requests.ts";
import { damaged, indexedRow } from "./row.ts";

/** A row that was found, with the key it was found by: its own in the object store, a line or a claim in an index. */
export interface FoundRow {
  readonly position: Uint8Array;
  readonly rowKey: Uint8Array;
  /** Absent where only keys were asked for. */
  readonly record?: unknown;
}

/** Which records are asked for. */
export interface Asked {
  readonly range: IDBKeyRange;
  /** At most so many. */
  readonly limit: number;
  /** Whether the last come first. */
  readonly reverse?: boolean;
}

/** What newer browsers take instead of a range and a limit (https://w3c.github.io/IndexedDB/#dictdef-idbgetalloptions), and TypeScript doesn't know yet. */
interface BackwardReading {
  getAll(options: BackwardOptions): IDBRequest<unknown[]>;
  getAllKeys(options: BackwardOptions): IDBRequest<IDBValidKey[]>;
}

interface BackwardOptions {
  readonly query: IDBKeyRange;
  readonly count: number;
  readonly direction: "prev";
}

/** `getAllRecords`, which we have no use for, came with it. */
function readsBackward(source: object): source is BackwardReading {
  return "getAllRecords" in source;
}

/** A key of ours as bytes: they are all byte strings. */
export function keyBytes(key: IDBValidKey): Uint8Array {
  return new Uint8Array(key as ArrayBuffer);
}

/** Our byte arrays never lie in shared memory, which IndexedDB would refuse. */
export function asKey(bytes: Uint8Array): IDBValidKey {
  return bytes as Uint8Array<ArrayBuffer>;
}

/** Rows of the object store with their records, in the order of their keys. */
export async function findRows(rows: IDBObjectStore, asked: Asked): Promise<FoundRow[]> {
  const asking = [allKeys(rows, asked), allRecords(rows, asked)] as const;
  if (!asking[0] || !asking[1]) return walkRecords(rows, asked);
  const [keys, records] = await Promise.all([result(asking[0]), result(asking[1])]);
  return keys.map((key, at) => {
    const rowKey = keyBytes(key);
    return { position: rowKey, rowKey, record: records[at] };
  });
}

/**
 * Rows of an index with their records, in the order of its lines. Only the records are asked for, which tell the rest: the keys as well take a
 * third as much time again.
 */
export async function findLines(lines: IDBIndex, asked: Asked & { readonly index: number }): Promise<FoundRow[]> {
  const answer = allRecords(lines, asked);
  return answer ? foundLines(await result(answer), lines.name === CLAIMS, asked) : walkRecords(lines, asked);
}

/** Tells by which lines of an index rows were found, in the order in which they were. */
function foundLines(
  records: readonly unknown[],
  areClaims: boolean,
  { index, range, reverse = false }: Asked & { readonly index: number },
): FoundRow[] {
  /** How often rows were met so far that have several lines in the index, by their keys as texts. */
  const met = new Map<string, number>();
  return records.map((record) => {
    const { rowKey, lines } = indexedRow(record, index, areClaims);
    let position = lines[0];
    if (lines.length > 1) {
      const text = rowKey.join();
      const times = met.get(text) ?? 0;
      met.set(text, times + 1);
      const within = lines.filter((line) => range.includes(asKey(line))).toSorted(compareBytes);
      // The database has equal ones once.
      const distinct = within.filter((line, at) => at === 0 || compareBytes(within[at - 1] as Uint8Array, line) !== 0);
      position = distinct.at(reverse ? -1 - times : times);
    }
    if (!position) throw damaged();
    return { position, rowKey, record };
  });
}

/** Rows without their records, which the browser then need not load. */
export async function findKeys(source: IDBObjectStore | IDBIndex, asked: Asked): Promise<FoundRow[]> {
  // Only cursors give an index's own keys without the records; they are read ahead and cost little more.
  const answer = source instanceof IDBIndex ? undefined : allKeys(source, asked);
  if (!answer)
    return walk(source.openKeyCursor(asked.range, asked.reverse ? "prev" : "next"), asked.limit, ({ key, primaryKey }) => ({
      position: keyBytes(key),
      rowKey: keyBytes(primaryKey),
    }));
  const keys = await result(answer);
  return keys.map((key) => {
    const rowKey = keyBytes(key);
    return { position: rowKey, rowKey };
  });
}

/** Asks for all records at once; for nothing where only a cursor can give them. */
function allRecords(source: IDBObjectStore | IDBIndex, { range, limit, reverse }: Asked): IDBRequest<unknown[]> | undefined {
  if (!reverse) return source.getAll(range, limit);
  return readsBackward(source) ? source.getAll({ query: range, count: limit, direction: "prev" }) : undefined;
}

function allKeys(source: IDBObjectStore, { range, limit, reverse }: Asked): IDBRequest<IDBValidKey[]> | undefined {
  if (!reverse) return source.getAllKeys(range, limit);
  return readsBackward(source) ? source.getAllKeys({ query: range, count: limit, direction: "prev" }) : undefined;
}

function walkRecords(source: IDBObjectStore | IDBIndex, { range, limit, reverse }: Asked): Promise<FoundRow[]> {
  return walk(source.openCursor(range, reverse ? "prev" : "next"), limit, ({ key, primaryKey, value }) => ({
    position: keyBytes(key),
    rowKey: keyBytes(primaryKey),
    record: value as unknown,
  }));
}

function walk<C extends IDBCursor>(request: IDBRequest<C | null>, limit: number, row: (cursor: C) => FoundRow): Promise<FoundRow[]> {
  return new Promise((resolve, reject) => {
    const found: FoundRow[] = [];
    request.addEventListener("error", () => reject(request.error ?? new Error("a cursor failed")));
    request.addEventListener("success", () => {
      const cursor = request.result;
      if (cursor) found.push(row(cursor));
      if (cursor && found.length < limit) cursor.continue();
      else resolve(found);
    });
  });
}
