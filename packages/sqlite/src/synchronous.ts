import type { Database } from "better-sqlite3";
import type { SqliteSettings } from "./options.ts";

/** When SQLite waits for the disk: never, when it writes its log back, or with each commit, too. Its names for it. */
export type Synchronous = "OFF" | "NORMAL" | "FULL";

/** What settings ask for. */
export function synchronousOf({ path, durability }: SqliteSettings): Synchronous {
  if (path === undefined) return "OFF";
  return durability === "strict" ? "FULL" : "NORMAL";
}

/** Makes a connection wait for the disk; each of a file's that writes must. */
export function setSynchronous(database: Database, synchronous: Synchronous): void {
  database.pragma(`synchronous = ${synchronous}`);
  // macOS alone tells writing to a disk from writing to its cache.
  if (synchronous === "FULL") database.pragma("fullfsync = ON");
}
