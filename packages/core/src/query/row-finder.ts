import { compareBytes } from "../byte-order.ts";
import { allOf, andThen } from "../continuation.ts";
import type { EncodedKey, StoredEntry } from "../entry.ts";
import { EntryReader } from "../entry-reader.ts";
import { PageSize } from "../page-size.ts";
import type { RowAccess } from "../row-access.ts";
import { absent } from "../row-reader.ts";
import type { MaybePromise } from "../store.ts";
import type { OpenTable } from "../table/open-table.ts";
import { isInOne } from "./byte-range.ts";
import { Line } from "./line.ts";
import type { Plan } from "./plan.ts";
import type { QueryState } from "./query-state.ts";
import { Scan } from "./scan.ts";
import { areToldByLines, passStages, selectFrom, selectFromLine } from "./stages.ts";

/** Rows in the first page: of what may be left early, and of what is read to its end or a limit. */
const FIRST_PAGE_ROWS = 32;
const FIRST_FULL_PAGE_ROWS = 256;

/** A row that a query gives. */
export interface FoundRow {
  readonly line: Line;
  /** The version that it was read in; `undefined` if only its line was. */
  readonly version: number | undefined;
  readonly expiresAt: number | undefined;
  /** The whole value, if it was decoded. */
  readonly whole: unknown;
  /** What the reader gets. */
  readonly value: unknown;
}

/** What is wanted of the rows. */
export interface Wanted {
  /** What readers get, or the whole value; absent when the keys are enough. */
  readonly value?: "given" | "whole" | undefined;
  /** The rows' versions, which need the rows to be read. */
  readonly version?: boolean | undefined;
  /** Whether a row is wanted once for each of its lines. */
  readonly lines?: boolean | undefined;
  /** Whether it is read to its end. */
  readonly toEnd?: boolean | undefined;
}

/** Finds the rows that a query gives, by a plan, page by page. */
export class RowFinder {
  readonly plan: Plan;
  /** Rows, or lines of an index, that were read, and values that were decoded. */
  read = 0;
  decoded = 0;
  readonly #rows: RowAccess;
  readonly #table: OpenTable;
  readonly #state: QueryState;
  readonly #reader: EntryReader<unknown>;
  readonly #scan: Scan;
  readonly #size: PageSize;
  readonly #needsValue: boolean;
  readonly #needsRow: boolean;
  readonly #isOncePerRow: boolean;
  readonly #isTold: boolean;
  #left: number;

  constructor(rows: RowAccess, table: OpenTable, state: QueryState, plan: Plan, wanted: Wanted) {
    const { stages, reverse, after, limit } = state;
    this.plan = plan;
    this.#rows = rows;
    this.#table = table;
    this.#state = state;
    this.#reader = new EntryReader(table, rows);
    this.#scan = new Scan(rows, table, plan, { reverse, after: after?.position });
    this.#size = new PageSize(wanted.toEnd || limit < Number.POSITIVE_INFINITY ? FIRST_FULL_PAGE_ROWS : FIRST_PAGE_ROWS);
    this.#left = Math.floor(limit);
    const isLookedAt = wanted.value === "given" || stages.some((stage) => "test" in stage);
    this.#isTold = areToldByLines(stages, plan.fields);
    this.#needsValue = plan.valueConditions.length > 0 || wanted.value === "whole" || (isLookedAt && !this.#isTold);
    this.#isOncePerRow = plan.mayRepeat && !wanted.lines;
    this.#needsRow = this.#needsValue || this.#isOncePerRow || wanted.version === true;
  }

  /** The next rows, maybe none; `undefined` at the end. */
  next(): MaybePromise<readonly FoundRow[] | undefined> {
    const { signal, stages } = this.#state;
    this.#rows.assertOpen();
    signal?.throwIfAborted();
    if (this.#left < 1) return undefined;
    const { lineTests, valueConditions, orders } = this.plan;
    // Most lines may turn out not to match; the rows of those that do are fetched apart.
    const isSifted = lineTests.length > 0;
    const isEachGiven = !isSifted && !this.#isOncePerRow && valueConditions.length === 0 && stages.every((stage) => "fields" in stage);
    const limit = isEachGiven ? Math.min(this.#size.rows, this.#left) : this.#size.rows;
    return andThen(this.#scan.next(limit, isSifted || !this.#needsRow), (page) => {
      if (!page) return undefined;
      signal?.throwIfAborted();
      this.read += page.length;
      const lines = page.map((row) => new Line(row, orders)).filter((line) => this.#isMatch(line));
      const rows = isSifted && this.#needsRow ? this.#fetch(lines) : lines;
      return andThen(rows, (all) => {
        this.#size.adapt(all.length > 0 ? all.map(({ row }) => row) : page);
        const once = this.#isOncePerRow ? all.filter((line) => this.#isFirst(line)) : all;
        return andThen(
          allOf(once, (line) => this.#look(line)),
          (found) => this.#upToLimit(found),
        );
      });
    });
  }

  /** A row as it is now, if the query still gives it. */
  again(key: EncodedKey, stored: StoredEntry | undefined): MaybePromise<FoundRow | undefined> {
    if (!this.#reader.isLive(stored)) return undefined;
    const { orders } = this.plan;
    const line = orders.read.index ? this.#linesOf(key, stored).find((one) => this.#isWithin(one)) : new Line({ key, stored }, orders);
    return line && andThen(this.#look(line), (found) => (found === absent ? undefined : found));
  }

  #upToLimit(found: readonly (FoundRow | typeof absent)[]): readonly FoundRow[] {
    const given = found.filter((one) => one !== absent).slice(0, this.#left);
    this.#left -= given.length;
    return given;
  }

  /** The rows of lines, but for those that have changed since. */
  #fetch(lines: readonly Line[]): MaybePromise<readonly Line[]> {
    if (lines.length === 0) return lines;
    const { orders } = this.plan;
    const { index } = orders.read;
    const rows = this.#rows.getMany(
      this.#table.id,
      lines.map(({ row }) => row.key),
    );
    return andThen(rows, (all) =>
      lines.flatMap(({ row: { key, entry } }, at) => {
        const stored = all[at];
        if (!this.#reader.isLive(stored)) return [];
        const isThere =
          !index || !entry || stored.entries.some((one) => one.index === index.number && compareBytes(one.bytes, entry) === 0);
        return isThere ? [new Line({ key, entry, stored }, orders)] : [];
      }),
    );
  }

  /** Whether a row's line is the first of those that match, in the order of reading. */
  #isFirst({ row: { key, entry, stored } }: Line): boolean {
    if (!entry || !stored) return true;
    const side = this.#state.reverse ? -1 : 1;
    return !this.#linesOf(key, stored).some(
      (other) => other.row.entry && compareBytes(other.row.entry, entry) * side < 0 && this.#isWithin(other),
    );
  }

  /** The lines of a row in the index that is read. */
  #linesOf(key: EncodedKey, stored: StoredEntry): readonly Line[] {
    const { orders } = this.plan;
    return stored.entries
      .filter(({ index }) => index === orders.read.index?.number)
      .map(({ bytes }) => new Line({ key, entry: bytes, stored }, orders));
  }

  #isWithin(line: Line): boolean {
    return isInOne(this.plan.ranges, line.position) && this.#isMatch(line);
  }

  #isMatch(line: Line): boolean {
    return this.plan.lineTests.every(({ holds }) => holds(line));
  }

  #look(line: Line): MaybePromise<FoundRow | typeof absent> {
    const { key, stored } = line.row;
    const { fields, valueConditions } = this.plan;
    const { stages } = this.#state;
    const { version, expiresAt } = stored ?? {};
    if (!this.#needsValue) {
      const passed = this.#isTold ? passStages(stages, undefined, selectFromLine(line, fields)) : { value: undefined };
      return passed ? { line, version, expiresAt, whole: undefined, ...passed } : absent;
    }
    this.decoded++;
    return andThen(this.#reader.value(key, stored), (whole) => {
      if (whole === absent || !valueConditions.every((condition) => condition.holdsIn(whole))) return absent;
      const passed = passStages(stages, whole, selectFrom(whole));
      return passed ? { line, version, expiresAt, whole, ...passed } : absent;
    });
  }
}
