import type { Connection } from "./connection.ts";
import { cacheErrorOf } from "./errors.ts";
import { FORMAT_KEY, META } from "./layout.ts";
import { result } from "./requests.ts";
import { begin } from "./transaction.ts";

/**
 * Brings all commits so far to the disk, by a transaction that asks for it: browsers write a database in order, so that what came before is
 * there, too. Made once more when the connection is lost on the way. Throws `CacheError`s.
 */
export async function flush(connection: Connection, name: string): Promise<void> {
  try {
    await connection.use(touch);
  } catch (error) {
    throw cacheErrorOf(name, error);
  }
}

/** Writes what is there already: a transaction that writes nothing needn't reach the disk. */
async function touch(database: IDBDatabase): Promise<void> {
  const { native, ended, failed } = begin(database, "readwrite", "strict");
  const meta = native.objectStore(META);
  const format = await Promise.race([result<unknown>(meta.get(FORMAT_KEY)), failed]);
  meta.put(format, FORMAT_KEY);
  native.commit();
  await ended;
}
