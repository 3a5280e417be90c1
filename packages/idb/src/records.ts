import { result } from "./requests.ts";

/** A row that was found, with the key it was found by: its own in the object store, a line in the index. */
export interface FoundRow {
  readonly position: Uint8Array;
  readonly rowKey: Uint8Array;
  /** Absent where only keys were asked for. */
  readonly record?: unknown;
}

/** What newer browsers have (https://w3c.github.io/IndexedDB/#dom-idbobjectstore-getallrecords), and TypeScript doesn't know yet. */
interface BulkReading {
  getAllRecords(
    options: BulkOptions,
  ): IDBRequest<{ readonly key: IDBValidKey; readonly primaryKey: IDBValidKey; readonly value: unknown }[]>;
  getAllKeys(options: BulkOptions): IDBRequest<IDBValidKey[]>;
}

interface BulkOptions {
  readonly query: IDBKeyRange;
  readonly count: number;
  readonly direction: IDBCursorDirection;
}

function readsInBulk(source: object): source is BulkReading {
  return "getAllRecords" in source;
}

/** A key of ours as bytes: they are all byte strings. */
export function keyBytes(key: IDBValidKey): Uint8Array {
  return new Uint8Array(key as ArrayBuffer);
}

/** Up to `limit` rows of a range with their records, in as few requests as the browser can. */
export async function findRows(
  source: IDBObjectStore | IDBIndex,
  range: IDBKeyRange,
  limit: number,
  reverse: boolean,
): Promise<FoundRow[]> {
  if (readsInBulk(source)) {
    const records = await result(source.getAllRecords({ query: range, count: limit, direction: direction(reverse) }));
    const isIndex = source instanceof IDBIndex;
    return records.map((record) => {
      const position = keyBytes(record.key);
      return { position, rowKey: isIndex ? keyBytes(record.primaryKey) : position, record: record.value };
    });
  }
  if (reverse || source instanceof IDBIndex)
    return walk(source.openCursor(range, direction(reverse)), limit, ({ key, primaryKey, value }) => ({
      position: keyBytes(key),
      rowKey: keyBytes(primaryKey),
      record: value as unknown,
    }));
  const [keys, records] = await Promise.all([result(source.getAllKeys(range, limit)), result<unknown[]>(source.getAll(range, limit))]);
  return keys.map((key, at) => {
    const rowKey = keyBytes(key);
    return { position: rowKey, rowKey, record: records[at] };
  });
}

/** Up to `limit` rows of a range without their records, which the browser then need not load. */
export async function findKeys(
  source: IDBObjectStore | IDBIndex,
  range: IDBKeyRange,
  limit: number,
  reverse: boolean,
): Promise<FoundRow[]> {
  // Only cursors give an index's own keys without the records; they are read ahead and cost little more.
  if (source instanceof IDBIndex || (reverse && !readsInBulk(source)))
    return walk(source.openKeyCursor(range, direction(reverse)), limit, ({ key, primaryKey }) => ({
      position: keyBytes(key),
      rowKey: keyBytes(primaryKey),
    }));
  const keys = await result(
    reverse && readsInBulk(source) ? source.getAllKeys({ query: range, count: limit, direction: "prev" }) : source.getAllKeys(range, limit),
  );
  return keys.map((key) => {
    const rowKey = keyBytes(key);
    return { position: rowKey, rowKey };
  });
}

function direction(reverse: boolean): IDBCursorDirection {
  return reverse ? "prev" : "next";
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
