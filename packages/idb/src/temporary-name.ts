import { deleteDB } from "idb";

/*
 * A database doesn't vanish with the tab that made it. So a tab holds a Web Lock with the name of each temporary database of its own; the
 * browser takes the lock away when the tab dies, and whoever opens a temporary store next deletes what is called so and isn't locked. The lock
 * is taken before the database is made. Where there are no Web Locks, the names are others, which nobody ever deletes: it can't be told whether
 * their tab still lives.
 */
const PREFIX = "temporary @cache/idb ";
const UNGUARDED_PREFIX = "unguarded temporary @cache/idb ";

/** The name of a temporary database, which is its holder's until it lets go of it. */
export interface TemporaryName {
  readonly name: string;
  /** Lets go of the name. The database must have been deleted. */
  release(): void;
}

/** Finds a new name. */
export async function takeTemporaryName(): Promise<TemporaryName> {
  const { locks } = navigator;
  if (!locks) return { name: UNGUARDED_PREFIX + crypto.randomUUID(), release: () => {} };
  const name = PREFIX + crypto.randomUUID();
  const release = await new Promise<() => void>((granted, refused) => {
    locks.request(name, () => new Promise<void>((end) => granted(end))).catch(refused);
  });
  return { name, release };
}

/** Deletes the temporary databases of tabs that have died. What can't be deleted is left for the next time. */
export async function deleteAbandoned(): Promise<void> {
  const { locks } = navigator;
  // Older engines lack the list.
  if (!locks || !("databases" in indexedDB)) return;
  try {
    const databases = await indexedDB.databases();
    await Promise.all(
      databases.map(async ({ name }) => {
        if (!name?.startsWith(PREFIX)) return;
        await locks.request(name, { ifAvailable: true }, async (lock) => {
          if (lock) await deleted(name);
        });
      }),
    );
  } catch {
    // They are in nobody's way.
  }
}

/** Settles when a database is deleted, or will be once somebody else has closed it. */
function deleted(name: string): Promise<void> {
  return new Promise((settled, failed) => {
    deleteDB(name, { blocked: () => settled() }).then(settled, failed);
  });
}
