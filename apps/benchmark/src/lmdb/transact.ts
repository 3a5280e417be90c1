import type { RootDatabase } from "lmdb";

/** LMDB's `MDB_BAD_TXN`. */
const badTransaction = -30782;

/**
 * Runs a job in a transaction. Once in some thousands, lmdb-js 3.5 fails a commit over its own list of free pages ("reserved freelist had a data
 * entry with zero-size"), and has then changed nothing: whoever calls it has to try again.
 */
export async function transact(root: RootDatabase<unknown>, job: () => void): Promise<void> {
  try {
    const done = root.transaction(job);
    // What it has promised to others would be rejected, too, with nobody to hear of it.
    void root.committed.then(undefined, () => undefined);
    await done;
  } catch (error) {
    if ((await codeOf(error)) !== badTransaction) throw error;
    await root.transaction(job);
  }
}

/** The engine's number for an error; that of a commit is wrapped, and told by a promise that is rejected. */
async function codeOf(error: unknown): Promise<unknown> {
  try {
    await (error as { readonly commitError?: Promise<never> }).commitError;
    return undefined;
  } catch (cause) {
    return (cause as { readonly code?: unknown }).code;
  }
}
