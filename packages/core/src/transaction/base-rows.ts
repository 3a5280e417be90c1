import { andThen, run, step, type Steps } from "../continuation.ts";
import type { EncodedKey, StoredEntry } from "../entry.ts";
import { deadlineOf, dueBound, EXPIRY_INDEX } from "../expiry.ts";
import { firstRow } from "../row-access.ts";
import type { Runtime } from "../runtime.ts";
import type { MaybePromise, Page, PageRow, RangeQuery } from "../store.ts";
import { ReadSet } from "./read-set.ts";

/** The most rows of a page that is read with its values only for their deadlines. */
const DEADLINE_PAGE_ROWS = 128;

/** The rows of the cache as a transaction finds them, which takes note of all that it sees. */
export class BaseRows {
  readonly reads: ReadSet = new ReadSet();
  readonly #runtime: Runtime;
  /** Whether rows of a table have deadlines. */
  readonly #deadlines = new Map<number, MaybePromise<boolean>>();

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  get<T>(table: number, key: EncodedKey, use: (stored: StoredEntry | undefined) => MaybePromise<T>, stale?: boolean): MaybePromise<T> {
    return this.#seen(table, stale, () =>
      this.#runtime.get(table, key, (stored) => {
        this.#note(table, key, stored);
        return use(stored);
      }),
    );
  }

  getMany(table: number, keys: readonly EncodedKey[], stale?: boolean): MaybePromise<readonly (StoredEntry | undefined)[]> {
    return this.#seen(table, stale, () =>
      andThen(this.#runtime.getMany(table, keys), (rows) => {
        for (const [at, key] of keys.entries()) this.#note(table, key, rows[at]);
        return rows;
      }),
    );
  }

  /** Reads single rows. Of expired ones nothing but the table tells whether they are still the same. */
  #seen<T>(table: number, stale: boolean | undefined, read: () => MaybePromise<T>): MaybePromise<T> {
    return stale ? run(this.#watched(table, read)) : read();
  }

  /** A page. It may be shorter than the query asks for. */
  range(table: number, query: RangeQuery): MaybePromise<Page> {
    if (!query.keysOnly) return run(this.#page(table, query));
    return andThen(this.#hasDeadlines(table), (has) => {
      if (!has) return run(this.#page(table, query));
      // Which of the rows have deadlines, only the rows tell.
      const limit = Math.min(query.limit, DEADLINE_PAGE_ROWS);
      const page = run(this.#page(table, { ...query, keysOnly: false, limit }));
      return andThen(page, (full) => ({ ...full, rows: full.rows.map(withoutValue) }));
    });
  }

  /** How many rows are live. */
  size(table: number): MaybePromise<number> {
    return andThen(this.#earliest(table), (earliest) => {
      this.reads.until(earliest);
      return run(this.#watched(table, () => this.#runtime.size(table)));
    });
  }

  *#page(table: number, query: RangeQuery): Steps<Page> {
    const page = yield* this.#watched(table, () => this.#runtime.range(table, query));
    const now = this.#runtime.now();
    for (const { stored } of page.rows) if (stored && stored.expiresAt > now) this.reads.until(stored.expiresAt);
    return page;
  }

  /** Whether any of a table's live rows has a deadline. Looked at once: what others write from then on is a conflict. */
  #hasDeadlines(table: number): MaybePromise<boolean> {
    const known = this.#deadlines.get(table);
    if (known !== undefined) return known;
    const has = andThen(this.#earliest(table), (earliest) => earliest < Number.POSITIVE_INFINITY);
    this.#deadlines.set(table, has);
    return has;
  }

  /** The moment at which the first of a table's live rows expires; `Infinity` when none ever does. */
  #earliest(table: number): MaybePromise<number> {
    const query = { index: EXPIRY_INDEX, gte: dueBound(this.#runtime.now()), limit: 1, keysOnly: true };
    const read = (bounds: RangeQuery): MaybePromise<Page> => run(this.#watched(table, () => this.#runtime.range(table, bounds)));
    return andThen(run(firstRow(read, query)), (row) => (row?.entry ? deadlineOf(row.entry) : Number.POSITIVE_INFINITY));
  }

  /** Reads something of a table as a whole. Its version is asked for first: what others write after that fails the check. */
  *#watched<T>(table: number, read: () => MaybePromise<T>): Steps<T> {
    const usage = this.#runtime.usage(table);
    const found = readBeside(usage, read);
    this.reads.table(table, (yield* step(usage)).version);
    return yield* step(found);
  }

  #note(table: number, key: EncodedKey, stored: StoredEntry | undefined): void {
    const isLive = stored && stored.expiresAt > this.#runtime.now();
    this.reads.row(table, key, isLive ? stored.version : undefined);
  }
}

function withoutValue({ key, entry }: PageRow): PageRow {
  return entry ? { key, entry } : { key };
}

/** What is read in the same turn as something else, of which either may fail before it is waited for. */
function readBeside<T>(other: unknown, read: () => MaybePromise<T>): MaybePromise<T> {
  try {
    const found = read();
    if (found instanceof Promise) found.catch(() => {});
    return found;
  } catch (error) {
    if (other instanceof Promise) other.catch(() => {});
    throw error;
  }
}
