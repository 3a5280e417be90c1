import type { Steps } from "../continuation.ts";
import type { Runtime } from "../runtime.ts";
import type { MigrateOptions, MigrationResult } from "./migration.ts";

/** Brings the rows of tables to a version; see `Cache.migrate`. */
export function* migrateTables(_runtime: Runtime, _options: MigrateOptions = {}): Steps<MigrationResult[]> {
  throw new Error("not yet");
}
