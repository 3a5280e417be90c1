import { step, type Steps } from "./continuation.ts";
import type { EncodedKey } from "./entry.ts";
import { expiring } from "./expiry.ts";
import { CacheError, isCacheError } from "./errors.ts";
import type { ByteRange, Check, TrimmedRow } from "./operation.ts";
import type { RowAccess } from "./row-access.ts";
import type { Page } from "./store.ts";
import type { OpenTable } from "./table/open-table.ts";
import { type EncodedTags, TAG_INDEX } from "./tag.ts";
import { type TagLines, tagLine, tagLines } from "./tag-range.ts";
import type { Unit, Written } from "./unit.ts";

/** The most rows of a tag that change in one commit. */
const MAX_ROWS = 1024;

/** How often rows may change between being read and being written before that is a conflict. */
const MAX_TRIES = 64;

/** The entries that a tag is looked for among. */
export interface TagScope {
  readonly rows: RowAccess;
  readonly tables: readonly OpenTable[];
  /** What their keys begin with. */
  readonly prefix: EncodedKey;
}

/** Removes the entries that have any of some tags; tells how many of them were live. */
export function* removeTagged(scope: TagScope, tags: EncodedTags): Steps<number> {
  let removed = 0;
  let lines = tags.map((tag) => tagLines(tag, scope.prefix)).filter((one) => one !== undefined);
  while (lines.length > 0) {
    const { live, rest } = yield* step(scope.rows.write(writtenIn(scope), removal(scope, lines)));
    removed += live;
    lines = rest;
  }
  return removed;
}

/** What one commit of a removal did. */
interface Removed {
  readonly live: number;
  /** What is still to be looked through. */
  readonly rest: TagLines[];
}

function removal({ tables }: TagScope, lines: readonly TagLines[]): Unit<Removed> {
  const ids = tables.map(({ id }) => id);
  let removed: readonly TrimmedRow[] = [];
  return {
    operations: lines.map(({ gte, lt }) => ({ type: "trim", tables: ids, index: TAG_INDEX, gte, lt, limit: MAX_ROWS })),
    done: (_counts, _from, trimmed) => {
      removed = trimmed.flatMap(({ rows }) => rows);
      const rest = lines.flatMap((one, at): TagLines[] => {
        const { more = false, rows = [] } = trimmed[at] ?? {};
        const last = rows.at(-1);
        // Where others write rows as fast as these go, it comes to an end.
        return more && last ? [{ ...one, gte: tagLine(one.tag, last.key) }] : [];
      });
      return { live: removed.filter(({ wasLive }) => wasLive).length, rest };
    },
    told: () => {
      for (const row of removed) tell(tables, row);
    },
  };
}

function tell(tables: readonly OpenTable[], { table: id, key, wasLive }: TrimmedRow): void {
  const table = tables.find((one) => one.id === id);
  if (!table) return;
  const { counters, emitter } = table;
  if (wasLive) counters.deletes++;
  else counters.expirations++;
  const cause = wasLive ? "delete" : "expire";
  if (emitter.hears(cause)) emitter.remove(cause, { key });
}

/** A table, and where its lines of a tag are that are still to be looked through. */
interface Reading {
  readonly table: OpenTable;
  readonly range: ByteRange;
}

/** Rows as they were read. */
interface Found {
  readonly table: OpenTable;
  readonly rows: readonly { readonly key: EncodedKey; readonly version: number }[];
  /** What comes behind them. */
  readonly rest: Reading | undefined;
}

/** Makes the entries that have a tag expire; tells how many. */
export function* expireTagged(scope: TagScope, tag: Uint8Array): Steps<number> {
  const range = tagLines(tag, scope.prefix);
  let expired = 0;
  let readings: readonly Reading[] = range ? scope.tables.map((table) => ({ table, range })) : [];
  for (let tries = 1; readings.length > 0;) {
    const found = yield* gather(scope.rows, readings);
    const count = yield* tryToExpire(scope, found);
    if (count === undefined) {
      if (tries++ === MAX_TRIES)
        throw new CacheError("CACHE_CONFLICT", `others changed entries of a tag ${MAX_TRIES} times while they were to expire; try again`);
      continue;
    }
    tries = 1;
    expired += count;
    readings = found.map(({ rest }) => rest).filter((rest) => rest !== undefined);
  }
  return expired;
}

function* gather(rows: RowAccess, readings: readonly Reading[]): Steps<readonly Found[]> {
  const found: Found[] = [];
  for (const reading of readings) found.push(yield* read(rows, reading));
  return found;
}

/** The rows of one commit: their versions, which tell whether they are the same when it comes, and not their values. */
function* read(access: RowAccess, { table, range }: Reading): Steps<Found> {
  const rows: { readonly key: EncodedKey; readonly version: number }[] = [];
  const { lt } = range;
  for (let bounds = range; ;) {
    const query = { ...bounds, index: TAG_INDEX, limit: MAX_ROWS - rows.length, liveAt: access.now() };
    const page: Page = yield* step(access.range(table.id, query));
    for (const { key, stored } of page.rows) if (stored) rows.push({ key, version: stored.version });
    bounds = { gt: page.next, lt };
    if (!page.next) return { table, rows, rest: undefined };
    if (rows.length >= MAX_ROWS) return { table, rows, rest: { table, range: bounds } };
  }
}

/** Makes rows expire unless others have changed some of them since; tells how many, or `undefined`. */
function* tryToExpire(scope: TagScope, found: readonly Found[]): Steps<number | undefined> {
  const expiresAt = Math.floor(scope.rows.now());
  const checks = found.flatMap(({ table, rows }) =>
    rows.map(({ key, version }): Check => ({ type: "version", table: table.id, key, version })),
  );
  if (checks.length === 0) return 0;
  const operations = found.flatMap(({ table, rows }) => rows.map(({ key }) => expiring(table.id, key, expiresAt)));
  for (const { table } of found) table.reclaimer.expect(expiresAt);
  const unit: Unit<number> = {
    checks,
    operations,
    done: (counts, from) => operations.filter((_operation, at) => counts[from + at] === 1).length,
  };
  try {
    return yield* step(scope.rows.write(writtenIn(scope), unit));
  } catch (error) {
    if (isCacheError(error, "CACHE_CONFLICT")) return undefined;
    throw error;
  }
}

function writtenIn({ tables }: TagScope): readonly Written[] {
  return tables.map(({ id }) => ({ table: id, keys: undefined }));
}
