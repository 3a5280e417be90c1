import type { Face } from "../verbs.ts";

/** What `cache.import` reads: the chunks of an export, cut anywhere. On the synchronous face, something that can be iterated at once. */
export type ImportSource<F extends Face> = F extends "sync"
  ? Iterable<Uint8Array>
  : Iterable<Uint8Array> | AsyncIterable<Uint8Array> | ReadableStream<Uint8Array>;

/** Settings of `cache.export`. */
export interface ExportOptions {
  /** The tables to export by name; `null` is the default table. Absent: all that the store holds, also those that aren't declared. */
  readonly tables?: readonly (string | null)[] | undefined;
  /**
   * Whether rows tell the version of the commit that wrote them. Default `true`. Stores count commits each for itself: without versions, the
   * same content gives the same bytes, whichever store it comes from.
   */
  readonly versions?: boolean | undefined;
  /** Ends the export with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Settings of `cache.import`. */
export interface ImportOptions {
  /** What becomes of a row whose key has a live row already: it replaces that (`"replace"`, the default), or is left out (`"skip"`). */
  readonly onConflict?: "replace" | "skip" | undefined;
  /** Stops after the rows at hand, with the signal's reason. What was imported until then stays. */
  readonly signal?: AbortSignal | undefined;
}

/** What an import has done. */
export interface ImportResult {
  /** Tables met in the stream, the default one among them. */
  readonly tables: number;
  /** Rows written. */
  readonly entries: number;
  /** Rows left out: expired since they were exported, too large to be kept, or, with `onConflict: "skip"`, there already. */
  readonly skipped: number;
}
