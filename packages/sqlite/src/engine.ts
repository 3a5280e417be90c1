import { CacheError } from "@cache/core/spi";
import SqliteDatabase, { type Database } from "better-sqlite3";

/** The oldest Node.js that the engine runs on. An older one would die of it, without a word. */
const OLDEST_NODE = 22;

/** How to open a file. */
export interface EngineOptions {
  /** How long to wait for others, in milliseconds. */
  readonly lockTimeout: number;
  readonly readonly?: boolean;
}

/** Opens a SQLite file as it is. Throws `CACHE_UNSUPPORTED` where the engine can't run, and the engine's own errors. */
export function openEngine(path: string, { lockTimeout, readonly = false }: EngineOptions): Database {
  if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE)
    throw new CacheError("CACHE_UNSUPPORTED", `@cache/sqlite needs Node.js ${OLDEST_NODE} or newer; this is ${process.versions.node}`);
  try {
    return new SqliteDatabase(path, { timeout: lockTimeout, readonly, fileMustExist: readonly });
  } catch (error) {
    if (error instanceof SqliteDatabase.SqliteError) throw error;
    throw new CacheError("CACHE_UNSUPPORTED", `SQLite can't be loaded on ${process.platform} ${process.arch}`, { cause: error });
  }
}

/** The number that a pragma answers with. */
export function pragmaNumber(database: Database, pragma: string): number {
  return Number(database.pragma(pragma, { simple: true }));
}
