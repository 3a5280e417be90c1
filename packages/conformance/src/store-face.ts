import type { Face } from "@cache/core";
import {
  afterPrefix,
  type Batch,
  type Check,
  type CommitResult,
  isSyncStore,
  type MaybePromise,
  type Operation,
  type Page,
  type PageRow,
  type RangeQuery,
  type Store,
  type StoredEntry,
  type SyncStore,
  type Usage,
} from "@cache/core/spi";
import { AssertionError, equal, ok } from "./assert.ts";
import { bytes, type Line, NOW, type PlainEntry, plain, text } from "./rows.ts";

/** A commit that was carried out. */
export type Committed = CommitResult & { readonly ok: true };

/** How many pages a range may have before it counts as endless. */
const MAX_PAGES = 100_000;

/** An open store on one face: `commitSync`, `flushSync` and `closeSync` on the synchronous one, where nothing may be a promise. */
export class StoreFace {
  readonly store: Store;
  readonly face: Face;

  constructor(store: Store, face: Face) {
    this.store = store;
    this.face = face;
  }

  open(): MaybePromise<void> {
    return this.#answer(this.store.open());
  }

  close(): MaybePromise<void> {
    return this.#answer(this.face === "sync" ? this.#sync().closeSync() : this.store.close());
  }

  get(table: number, key: string): MaybePromise<StoredEntry | undefined> {
    return this.#answer(this.store.get(table, bytes(key)));
  }

  getMany(table: number, keys: readonly string[]): MaybePromise<readonly (StoredEntry | undefined)[]> {
    return this.#answer(this.store.getMany(table, keys.map(bytes)));
  }

  /** The first row with an index entry, found by a page and, where the store has that, by `getBy`. */
  async firstBy(table: number, [index, entry]: Line): Promise<(PlainEntry & { readonly key: string }) | undefined> {
    const { rows } = await this.range(table, { index, gte: bytes(entry), lt: afterPrefix(bytes(entry)), limit: 1 });
    const [row] = rows.map(withKey);
    if (isSyncStore(this.store)) {
      const found = this.store.getBy(table, index, bytes(entry));
      equal(found && withKey(found), row, "what getBy finds");
    }
    return row;
  }

  range(table: number, query: RangeQuery): MaybePromise<Page> {
    return this.#answer(this.store.range(table, query));
  }

  usage(table: number): MaybePromise<Usage> {
    return this.#answer(this.store.usage(table));
  }

  commit(batch: Batch): MaybePromise<CommitResult> {
    return this.#answer(this.face === "sync" ? this.#sync().commitSync(batch) : this.store.commit(batch));
  }

  flush(): MaybePromise<void> {
    return this.#answer(this.face === "sync" ? this.#sync().flushSync() : this.store.flush());
  }

  /** Commits operations without checks, at `NOW` unless told. */
  async put(operations: readonly Operation[], now: number = NOW): Promise<Committed> {
    const result = await this.commit({ now, checks: [], operations });
    ok(result.ok, "a batch without checks to be carried out");
    return result;
  }

  /** Commits operations under checks, at `NOW` unless told; tells which check failed, or `undefined`. */
  async attempt(checks: readonly Check[], operations: readonly Operation[], now: number = NOW): Promise<number | undefined> {
    const result = await this.commit({ now, checks, operations });
    return result.ok ? undefined : result.failed;
  }

  /** One row as plain data. */
  async row(table: number, key: string): Promise<PlainEntry | undefined> {
    return plain(await this.get(table, key));
  }

  /** All rows of a range, page by page. */
  async all(table: number, query: Omit<RangeQuery, "limit"> = {}, limit = 1000): Promise<PageRow[]> {
    const rows: PageRow[] = [];
    let bounds = query;
    for (let pages = 0; pages < MAX_PAGES; pages++) {
      const page = await this.range(table, { ...bounds, limit });
      ok(page.rows.length <= limit, `at most ${limit} rows in a page`);
      rows.push(...page.rows);
      if (page.next === undefined) return rows;
      bounds = query.reverse ? { ...query, lt: page.next, lte: undefined } : { ...query, gt: page.next, gte: undefined };
    }
    throw new AssertionError("a range has no end: following `next` leads round in circles");
  }

  #sync(): SyncStore {
    if (!isSyncStore(this.store)) throw new AssertionError("the harness names the synchronous face, but the store has none");
    return this.store;
  }

  #answer<T>(answer: MaybePromise<T>): MaybePromise<T> {
    if (this.face === "sync" && answer instanceof Promise) throw new AssertionError("a synchronous store answered with a promise");
    return answer;
  }
}

function withKey({ key, stored }: PageRow): PlainEntry & { readonly key: string } {
  const entry = plain(stored);
  if (!entry) throw new AssertionError("a row without what is stored");
  return { key: text(key), ...entry };
}
