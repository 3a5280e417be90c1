/** How far a migration of one table, or the building of an index, has come. */
export interface MigrationProgress {
  readonly table: string;
  /** Rows looked at. */
  readonly done: number;
  /** Rows there were when it began. */
  readonly total: number;
}

/** Settings of `cache.migrate`. */
export interface MigrateOptions {
  /** The versions to bring tables to; absent: all declared tables to their declared versions. A lower one needs `down` steps. */
  readonly to?: Readonly<Record<string, number>> | undefined;
  /** Stops after the rows at hand, with the signal's reason. What is done stays done: the next call goes on there. */
  readonly signal?: AbortSignal | undefined;
  /** Called after each commit. */
  readonly onProgress?: ((progress: MigrationProgress) => void) | undefined;
}

/** What a migration did to a table. */
export interface MigrationResult {
  readonly table: string;
  readonly version: number;
  /** Rows rewritten. */
  readonly migrated: number;
  /** Rows dropped because their migration gave `undefined`, or made them too large to be kept. */
  readonly dropped: number;
}

/** Where a table's rows and indexes stand. */
export interface MigrationStatus {
  readonly table: string;
  /** The version that rows are written in. */
  readonly version: number;
  /** The oldest version that rows may still have; equal to `version` when nothing is left to migrate. */
  readonly oldest: number;
  readonly indexes: readonly IndexStatus[];
}

/** Where an index stands. */
export interface IndexStatus {
  readonly name: string;
  /** `conflict`: rows that were there break its uniqueness; queries by it throw `CACHE_UNIQUE` until it could be built. */
  readonly state: "ready" | "building" | "conflict";
  /** How many rows were looked at while it is being built, and how many there were at the beginning; `undefined` before the first. */
  readonly progress?: { readonly done: number; readonly total: number } | undefined;
}
