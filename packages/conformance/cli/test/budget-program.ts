import { table } from "@cache/core";

/** What the processes' table may keep. */
export const MOST_ENTRIES = 60;
export const MOST_BYTES = 9000;

/** The bounded table that they share. */
export const pages = table<{ readonly text: string }, readonly [writer: number, page: number]>()({
  maxEntries: MOST_ENTRIES,
  maxBytes: MOST_BYTES,
});

/** What a process has seen. */
export interface BudgetReport {
  /** The most entries and bytes that were there after one of its writes. */
  readonly mostEntries: number;
  readonly mostBytes: number;
  /** How many entries it removed, and was told of. */
  readonly evictions: number;
  readonly told: number;
}
