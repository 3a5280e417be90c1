import type { IndexEntry } from "./entry.ts";
import { ORDER_INDEX } from "./eviction/place.ts";

/*
 * A row under a budget without a deadline, tags and other indexes has one entry, its place. A store may keep such a row's bytes with the line of
 * that, as groups of lines do: all that there is to know then for removing it unread.
 */

/** What the line of a row's place may tell of its `storedBytes`; 0 where the row has another entry or a deadline, so that the line stands alone. */
export function toldBytes(entries: readonly IndexEntry[], expiresAt: number, bytes: number): number {
  return entries.length === 1 && entries[0]?.index === ORDER_INDEX && expiresAt === Number.POSITIVE_INFINITY ? bytes : 0;
}

/**
 * Whether a row whose entries are now these, of which some have just come, keeps its place, so that what its line tells may have to change.
 * Seldom so: a row that is set gets a new one.
 */
export function keepsPlace(entries: readonly IndexEntry[], come: readonly IndexEntry[]): boolean {
  return come.length < entries.length && entries.some((entry) => entry.index === ORDER_INDEX && !come.includes(entry));
}
