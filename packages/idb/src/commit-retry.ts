import { type Batch, CacheError, type CommitResult } from "@cache/core/spi";
import { Commit } from "./commit.ts";
import type { Connection } from "./connection.ts";
import { commitErrorOf, isLost } from "./errors.ts";
import type { KnownSizes } from "./known-sizes.ts";
import { TOKENS_KEPT } from "./layout.ts";
import { Tallies } from "./tally.ts";
import { begin } from "./transaction.ts";
import type { Durability } from "./options.ts";

/** What commits of a store need of it. */
export interface CommitOptions {
  readonly connection: Connection;
  readonly name: string;
  readonly durability: Durability;
  readonly known: KnownSizes;
}

/**
 * Carries out a batch. When the connection is lost on the way, it is carried out once more on a new one, unless it has happened already:
 * what had been handed to the browser whole is looked for among the last commits by its token, since checks and counts would come out
 * differently the second time. `CACHE_IO` when so many others have committed since that nobody can tell.
 */
export async function commitBatch({ connection, name, durability, known }: CommitOptions, batch: Batch): Promise<CommitResult> {
  const token = Math.floor(Math.random() * Number.MAX_SAFE_INTEGER);
  let attempt: Commit | undefined;
  let database: IDBDatabase | undefined;
  try {
    database = connection.database ?? (await connection.open());
    attempt = new Commit(begin(database, "readwrite", durability), batch, token, known);
    return await attempt.run();
  } catch (error) {
    if (!isLost(error)) throw await commitErrorOf(name, error);
    if (database) connection.lose(database);
  }
  try {
    const again = await connection.open();
    if (attempt?.result && attempt.before !== undefined && (await hasHappened(again, name, token, attempt.before))) return attempt.result;
    return await new Commit(begin(again, "readwrite", durability), batch, token, known).run();
  } catch (error) {
    throw await commitErrorOf(name, error);
  }
}

/** Whether the commit with a token is among those that came after the first `before`. */
async function hasHappened(database: IDBDatabase, name: string, token: number, before: number): Promise<boolean> {
  const { stores, failed } = begin(database, "readonly", "relaxed");
  const tallies = await Promise.race([Tallies.load(stores.meta, []), failed]);
  if (tallies.remembers(token)) return true;
  if (tallies.commits - before < TOKENS_KEPT) return false;
  throw new CacheError("CACHE_IO", `${name}: the connection was lost while a write was under way; it may or may not have happened`);
}
