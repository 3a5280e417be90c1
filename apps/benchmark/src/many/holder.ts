import { openCache as openLmdbCache } from "@cache/lmdb";
import { openCache as openSqliteCache } from "@cache/sqlite";
import { join } from "node:path";
import { cacheContender } from "../cache-contender.ts";
import type { Contender, MaybePromise } from "../contender.ts";
import { lmdbContenders } from "../lmdb/lmdb-contender.ts";
import { sqliteContender } from "../sqlite/sqlite-contender.ts";
import type { VaultRecord } from "../vault-record.ts";

/** Those that hold many entries: our stores and the engines without them. Each opens in a folder that is its own. */
export const holders = {
  lmdb: async (folder: string) => cacheContender(await openLmdbCache<VaultRecord>({ path: folder })),
  "lmdb-js": (folder: string) => lmdbContenders(folder, "shared structures").plain,
  sqlite: async (folder: string) => cacheContender(await openSqliteCache<VaultRecord>({ path: join(folder, "ours.db") })),
  "better-sqlite3": (folder: string) => ({
    ...sqliteContender(join(folder, "theirs.db"), { encoding: "msgpackr", transactions: "one transaction" }),
    name: "better-sqlite3",
  }),
} as const satisfies Readonly<Record<string, (folder: string) => MaybePromise<Contender>>>;

/** One of those. */
export type Holder = keyof typeof holders;
