import { allOf, andThen } from "../continuation.ts";
import type { ByteRange } from "../operation.ts";
import type { RowAccess } from "../row-access.ts";
import type { MaybePromise, Page, PageRow } from "../store.ts";
import type { OpenTable } from "../table/open-table.ts";
import { overlap } from "./byte-range.ts";
import type { Plan } from "./plan.ts";

/** The most ranges that are read at once. */
const MAX_WIDTH = 16;

/** Where a scan begins, and which way it goes. */
export interface ScanOptions {
  readonly reverse: boolean;
  /** The position that it begins behind. */
  readonly after?: Uint8Array | undefined;
}

/** Reads the lines of a plan's ranges page by page. No transaction is open between two. */
export class Scan {
  readonly #rows: RowAccess;
  readonly #table: OpenTable;
  readonly #plan: Plan;
  readonly #reverse: boolean;
  /** What is to be read, in the order of reading, and the first of it that isn't yet. */
  readonly #ranges: ByteRange[];
  #at = 0;
  /** How many ranges to read next: the more, the longer each of them fits into a page. */
  #width = 1;

  constructor(rows: RowAccess, table: OpenTable, plan: Plan, { reverse, after }: ScanOptions) {
    this.#rows = rows;
    this.#table = table;
    this.#plan = plan;
    this.#reverse = reverse;
    const ranges = reverse ? plan.ranges.toReversed() : [...plan.ranges];
    this.#ranges = after ? ranges.flatMap((range) => overlap(range, reverse ? { lt: after } : { gt: after }) ?? []) : ranges;
  }

  /** The next lines, about so many, maybe none; `undefined` at the end. */
  next(limit: number, keysOnly: boolean): MaybePromise<readonly PageRow[] | undefined> {
    if (this.#at >= this.#ranges.length) return undefined;
    const { index } = this.#plan.orders.read;
    const ranges = this.#ranges.slice(this.#at, this.#at + this.#width);
    const query = { index: index?.number, isUnique: index?.isUnique, reverse: this.#reverse, limit, keysOnly, liveAt: this.#rows.now() };
    const read = (): MaybePromise<readonly Page[]> => allOf(ranges, (range) => this.#rows.range(this.#table.id, { ...range, ...query }));
    const isReady = !index || index.state === "ready";
    const prepared = this.#rows.prepare(this.#table, index);
    // Called now, it sees no write that is called later, and the same snapshot as the look at the catalog.
    const early = isReady ? read() : undefined;
    // The other's failure may come first.
    if (early instanceof Promise) early.catch(() => {});
    const pages = andThen(prepared, () => early ?? read());
    return andThen(pages, (all) => {
      const lines: PageRow[] = [];
      for (const { rows, next } of all) {
        lines.push(...rows);
        if (next) {
          // What was read behind it is read again, in its turn.
          this.#ranges[this.#at] = {
            ...this.#ranges[this.#at],
            ...(this.#reverse ? { lt: next, lte: undefined } : { gt: next, gte: undefined }),
          };
          this.#width = 1;
          return lines;
        }
        this.#at++;
      }
      this.#width = Math.min(this.#width * 2, MAX_WIDTH);
      return lines;
    });
  }
}
