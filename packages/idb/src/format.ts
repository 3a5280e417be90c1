import { type Format, FORMAT_KEY, isFormat, LINES, META, ROWS } from "./layout.ts";
import { result } from "./requests.ts";

/** The format record of a database; `undefined` when it has none, or not the object stores that go with it. */
export async function formatOf(database: IDBDatabase): Promise<Format | undefined> {
  const names = database.objectStoreNames;
  if (!names.contains(ROWS) || !names.contains(META)) return undefined;
  const transaction = database.transaction([ROWS, META], "readonly");
  const meta = transaction.objectStore(META);
  if (!transaction.objectStore(ROWS).indexNames.contains(LINES) || meta.keyPath !== null) return undefined;
  const record: unknown = await result<unknown>(meta.get(FORMAT_KEY));
  return isFormat(record) ? record : undefined;
}
