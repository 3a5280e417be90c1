import { compareBytes } from "./byte-order.ts";
import { run, step, type Steps } from "./continuation.ts";
import type { EncodedKey, IndexEntry } from "./entry.ts";
import type { Trimmed, TrimmedRow, TrimOperation } from "./operation.ts";
import type { MaybePromise } from "./store.ts";

/** A table in the course of a batch, and how full it is at the moment. */
export interface TrimTable {
  readonly table: number;
  readonly tally: { readonly entries: number; readonly bytes: number };
}

/** A line of an index. */
export interface TrimLine {
  /** The entry's bytes followed by the row's key: the line's place in the index. */
  readonly position: Uint8Array;
  readonly key: EncodedKey;
}

/** What became of the row that a line leads to: if it was kept, the bytes of its new entry; `nothing` if it isn't there. */
export type TrimOutcome = "nothing" | "expired" | "live" | Uint8Array;

/** What a trim does to a store. */
export interface TrimAccess<Table extends TrimTable, Line extends TrimLine> {
  /** The first lines of a table's index within the trim's range, as they are now: up to `count`, and none only if there is none. */
  lines(table: Table, count: number): MaybePromise<readonly Line[]>;
  /** Removes the row of a line, or keeps it if {@link reviewed} gives an entry. The line may be an old one: its row may be gone, or changed. */
  take(table: Table, line: Line): TrimOutcome;
}

/** The same of a store that answers at once. */
export interface SyncTrimAccess<Table extends TrimTable, Line extends TrimLine> extends TrimAccess<Table, Line> {
  lines(table: Table, count: number): readonly Line[];
}

/** How many lines are looked for after some that were left, as a row that was kept had its new place among them. */
const FEW_LINES = 8;

/** What a trim did, but for its place in the batch. */
export type TrimDone = Omit<Trimmed, "operation">;

/** Carries out a trim on its tables, given in its order. Looks for no line unless they are over the bounds. */
export function trimLines<Table extends TrimTable, Line extends TrimLine>(
  operation: TrimOperation,
  tables: readonly Table[],
  access: SyncTrimAccess<Table, Line>,
): TrimDone;
export function trimLines<Table extends TrimTable, Line extends TrimLine>(
  operation: TrimOperation,
  tables: readonly Table[],
  access: TrimAccess<Table, Line>,
): MaybePromise<TrimDone>;
export function trimLines<Table extends TrimTable, Line extends TrimLine>(
  operation: TrimOperation,
  tables: readonly Table[],
  access: TrimAccess<Table, Line>,
): MaybePromise<TrimDone> {
  if (excessOf(operation, tables) === 0) return { rows: [], kept: 0, more: false };
  return run(trimming(operation, tables, access));
}

/** The lines of a table that were read and not yet come to. */
interface Ahead<Table, Line> {
  readonly table: Table;
  lines: readonly Line[];
  at: number;
}

function* trimming<Table extends TrimTable, Line extends TrimLine>(
  operation: TrimOperation,
  tables: readonly Table[],
  access: TrimAccess<Table, Line>,
): Steps<TrimDone> {
  const rows: TrimmedRow[] = [];
  let kept = 0;
  /** How many lines to look for at most: few where many were in vain. */
  let most = Number.POSITIVE_INFINITY;
  let waiting = tables.map((table): Ahead<Table, Line> => ({ table, lines: [], at: 0 }));
  for (let excess = excessOf(operation, tables); excess > 0; excess = excessOf(operation, tables)) {
    const done = rows.length + kept;
    const left = operation.limit - done;
    // At the limit one more is looked for, anew: lines that were read before may have gone with their rows.
    if (left === 0) waiting = tables.map((table) => ({ table, lines: [], at: 0 }));
    let isAnyEmpty = false;
    for (const ahead of waiting) {
      if (ahead.at < ahead.lines.length) continue;
      // No more than is needed at least, and then by and by as much again: reviews may keep many.
      const count = Math.max(1, Math.min(left, most, Math.ceil(Math.max(excess, done) / tables.length)));
      most *= 4;
      ahead.lines = yield* step(access.lines(ahead.table, count));
      ahead.at = 0;
      if (ahead.lines.length === 0) isAnyEmpty = true;
    }
    // Only a row that is kept gets a new line, in its own table: where there is none, none will come.
    if (isAnyEmpty) waiting = waiting.filter(({ lines }) => lines.length > 0);
    const first = waiting.length === 1 ? waiting[0] : lowest(waiting);
    if (!first) break;
    if (left === 0) return { rows, kept, more: true };
    const { table, lines } = first;
    // Read above, unless some were left.
    const line = lines[first.at++] as Line;
    const outcome = access.take(table, line);
    if (outcome === "nothing") continue;
    if (typeof outcome === "string") rows.push({ table: table.table, key: line.key, wasLive: outcome === "live" });
    else {
      kept++;
      // Its new line may lie among those that were read.
      if (first.at === lines.length || compareBytes(outcome, (lines.at(-1) as Line).position) > 0) continue;
      first.at = lines.length;
      most = FEW_LINES;
    }
  }
  return { rows, kept, more: false };
}

/** The table whose next line is the lowest; the first of them when several are. */
function lowest<Table, Line extends TrimLine>(waiting: readonly Ahead<Table, Line>[]): Ahead<Table, Line> | undefined {
  let first = waiting[0];
  // Each has a line at hand.
  const positionOf = ({ lines, at }: Ahead<Table, Line>): Uint8Array => (lines[at] as Line).position;
  for (let at = 1; at < waiting.length; at++) {
    const other = waiting[at];
    if (first && other && compareBytes(positionOf(other), positionOf(first)) < 0) first = other;
  }
  return first;
}

/** How many rows have to go at least, as far as that can be told; 0 only when the tables are within the bounds. */
function excessOf({ maxEntries, maxBytes }: TrimOperation, tables: readonly TrimTable[]): number {
  if (maxEntries === undefined && maxBytes === undefined) return Number.POSITIVE_INFINITY;
  let entries = 0;
  let bytes = 0;
  for (const { tally } of tables) {
    entries += tally.entries;
    bytes += tally.bytes;
  }
  const rows = maxEntries === undefined ? 0 : Math.max(0, entries - maxEntries);
  // Taking them for rows of the usual size.
  return maxBytes === undefined || bytes <= maxBytes ? rows : Math.max(rows, ((bytes - maxBytes) * entries) / bytes);
}

/** The bytes of the entry that a line stands for. */
export function lineEntry({ position, key }: TrimLine): Uint8Array {
  return position.subarray(0, position.length - key.length);
}

/** Asks a trim's `review` about a live row; gives the entry that keeps it. */
export function reviewed({ review }: TrimOperation, table: number, line: TrimLine): Uint8Array | undefined {
  return review?.({ table, key: line.key, position: line.position });
}

/** The entries of a row that was met by a line and kept, with its new entry instead of that one. */
export function entriesInstead(
  entries: readonly IndexEntry[],
  { index }: TrimOperation,
  line: TrimLine,
  bytes: Uint8Array,
): readonly IndexEntry[] {
  const entry = lineEntry(line);
  return [...entries.filter((one) => one.index !== index || compareBytes(one.bytes, entry) !== 0), { index, bytes }];
}
