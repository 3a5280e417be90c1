import { allOf, andThen, step, type Steps } from "../continuation.ts";
import type { EncodedKey } from "../entry.ts";
import { EntryWriter } from "../entry-writer.ts";
import { CacheError, isCacheError } from "../errors.ts";
import type { Life } from "../expiry.ts";
import type { MaybePromise } from "../store.ts";
import { tagsAmong } from "../tag.ts";
import type { Unit } from "../unit.ts";
import { valueLifetime } from "../value-codec.ts";
import { finderFor, type QueryScope } from "./find.ts";
import { type FoundRow, RowFinder, type Wanted } from "./row-finder.ts";

/** Rows in a commit. */
const BATCH_ROWS = 256;

/** How often a row may change between being read and being written before that is a conflict. */
const MAX_TRIES = 64;

/** What is to be written for some rows as they were read. */
interface RowChanges {
  /** Those that are changed. */
  readonly rows: readonly FoundRow[];
  /** Tells how many were. */
  readonly unit: Unit<number>;
}

type Change = (rows: readonly FoundRow[]) => MaybePromise<RowChanges>;

/** Removes the rows that a query gives, in its order; tells how many. */
export function deleteRows(query: QueryScope): Steps<number> {
  const writer = new EntryWriter(query.table, query.rows);
  return changeRows(query, { mayMove: false }, (rows) => {
    const unit = writer.deleteUnit(rows.map(keyOf));
    return { rows, unit: { ...unit, done: (...result) => unit.done(...result).filter(Boolean).length } };
  });
}

/** Replaces the values of the rows that a query gives, each once and in its order; tells how many. */
export function updateRows(query: QueryScope, change: (value: unknown) => unknown): Steps<number> {
  const writer = new EntryWriter(query.table, query.rows);
  return changeRows(query, { mayMove: true, value: "whole" }, (rows) => {
    const changed = rows.map((row) => ({ row, value: change(row.whole) })).filter(({ value }) => value !== undefined);
    const kept = changed.map(({ row }) => row);
    const lives = kept.map(lifeOf);
    const tags = kept.map(({ line }) => tagsAmong(line.row.stored?.entries ?? []));
    return andThen(
      allOf(changed, ({ row, value }) => writer.replacement(keyOf(row), value)),
      (valid) => ({ rows: kept, unit: writer.unitUntil(kept.map(keyOf), valid, lives, tags, () => kept.length) }),
    );
  });
}

/** Changes the rows that a query gives. `mayMove`: changed rows may have other entries in the index that is read. */
function* changeRows(query: QueryScope, { mayMove, ...wanted }: Wanted & { readonly mayMove: boolean }, change: Change): Steps<number> {
  const finder = yield* finderFor(query, { ...wanted, version: true, toEnd: true });
  let changed = 0;
  if (mayMove && finder.plan.orders.read.index) {
    // They must not be met again.
    const keys = yield* keysOf(new RowFinder(query.rows, query.table, query.state, finder.plan, { toEnd: true }));
    for (let at = 0; at < keys.length; at += BATCH_ROWS) {
      const rows = yield* lookAgain(query, finder, keys.slice(at, at + BATCH_ROWS));
      changed += yield* commitRows(query, finder, rows, change);
    }
    return changed;
  }
  for (let batch = yield* nextBatch(finder, []); batch.length > 0;) {
    changed += yield* commitRows(query, finder, batch.slice(0, BATCH_ROWS), change);
    batch = yield* nextBatch(finder, batch.slice(BATCH_ROWS));
  }
  return changed;
}

/** Fills up what was found to a commit's rows: few rows are changed together, however many ranges they lie in. */
function* nextBatch(finder: RowFinder, rest: readonly FoundRow[]): Steps<readonly FoundRow[]> {
  const batch = [...rest];
  while (batch.length < BATCH_ROWS) {
    const found = yield* step(finder.next());
    if (!found) break;
    batch.push(...found);
  }
  return batch;
}

function* keysOf(finder: RowFinder): Steps<readonly EncodedKey[]> {
  const keys: EncodedKey[] = [];
  for (let found = yield* step(finder.next()); found; found = yield* step(finder.next())) keys.push(...found.map(keyOf));
  return keys;
}

/** The rows at some keys as they are now, but for those that the query doesn't give any more. */
function* lookAgain({ rows, table, state }: QueryScope, finder: RowFinder, keys: readonly EncodedKey[]): Steps<readonly FoundRow[]> {
  state.signal?.throwIfAborted();
  const stored = yield* step(rows.getMany(table.id, keys));
  const found = yield* step(allOf(keys, (key, at) => finder.again(key, stored[at])));
  return found.filter((row) => row !== undefined);
}

/** Changes rows in one commit; when others have changed some of them, one by one. */
function* commitRows(query: QueryScope, finder: RowFinder, found: readonly FoundRow[], change: Change): Steps<number> {
  const changed = yield* tryCommit(query, found, change);
  if (changed !== undefined) return changed;
  let sum = 0;
  for (const row of found) sum += yield* commitRow(query, finder, keyOf(row), change);
  return sum;
}

/** Changes a row that others change, too. */
function* commitRow(query: QueryScope, finder: RowFinder, key: EncodedKey, change: Change): Steps<number> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const found = yield* lookAgain(query, finder, [key]);
    const changed = yield* tryCommit(query, found, change);
    if (changed !== undefined) return changed;
  }
  throw new CacheError("CACHE_CONFLICT", `others changed a row ${MAX_TRIES} times while a query was about to; try again`);
}

/** Changes rows as they were read; tells how many, or `undefined` when others have changed some of them since. */
function* tryCommit({ rows, table }: QueryScope, found: readonly FoundRow[], change: Change): Steps<number | undefined> {
  if (found.length === 0) return 0;
  const { rows: changed, unit } = yield* step(change(found));
  if (changed.length === 0) return 0;
  const checks = changed.map((row) => {
    const { version, expiresAt } = row;
    return { type: "version", table: table.id, key: keyOf(row), version, expiresAt } as const;
  });
  const keys = changed.map(keyOf);
  try {
    return yield* step(rows.write([{ table: table.id, keys }], { ...unit, checks: [...checks, ...(unit.checks ?? [])] }));
  } catch (error) {
    if (isCacheError(error, "CACHE_CONFLICT")) return undefined;
    throw error;
  }
}

function lifeOf({ expiresAt = Number.POSITIVE_INFINITY, line }: FoundRow): Life {
  const { stored } = line.row;
  return { expiresAt, lifetime: stored ? valueLifetime(stored.value) : 0 };
}

function keyOf({ line }: FoundRow): EncodedKey {
  return line.row.key;
}
