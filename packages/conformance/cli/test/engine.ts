import type { OpenCache } from "@cache/core/spi";
import { openCache as openLmdb } from "@cache/lmdb";
import { openCache as openSqlite } from "@cache/sqlite";

/** An engine whose data several processes share. */
export type Engine = "lmdb" | "sqlite";

/** How a cache is opened on each. */
export const openers: Readonly<Record<Engine, OpenCache<{ readonly path: string }>>> = { lmdb: openLmdb, sqlite: openSqlite };
