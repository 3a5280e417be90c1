import type { FileSystem } from "./file-system.ts";
import type { Problems } from "./problems.ts";

/** What every reading of a folder needs to know. */
export interface Scan {
  readonly fileSystem: FileSystem;
  readonly problems: Problems;
  /** Absolute paths that are passed over: the files of the cache that is being filled. */
  readonly leftOut: ReadonlySet<string>;
  /** The time of day in epoch milliseconds. */
  readonly now: () => number;
  /** Ends the reading with the signal's reason. */
  readonly signal: AbortSignal;
}
