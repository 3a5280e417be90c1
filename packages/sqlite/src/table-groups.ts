import { compareBytes, type GroupAccess, GROUP_BYTES, type GroupedLine, type GroupedRange, groupOf, linesOfGroup } from "@cache/core/spi";
import { boundHigh, boundKey, boundLow } from "./bound-bytes.ts";
import { TABLE_BYTES } from "./layout.ts";
import type { Statements } from "./statements.ts";

/** How many groups are read at a time. */
const GROUPS_AT_ONCE = 64;

/** A group as it was read: the part of its lines' places that is theirs, and the lines. */
interface ReadGroup {
  readonly group: Uint8Array;
  readonly lines: Uint8Array;
}

const nothing = new Uint8Array();
/** Behind all groups. */
const greatest = new Uint8Array(GROUP_BYTES).fill(0xff);

/** The groups of a table. */
export class TableGroups implements GroupAccess {
  readonly #statements: Statements;
  readonly #table: number;
  /** Those that were read last, each once, in their order; and how many have been asked for since, or passed: these may have changed. */
  #read: ReadGroup[] = [];
  #passed = 0;
  /** There is none behind this one; `undefined` as long as that isn't known. */
  #last: Uint8Array | undefined;

  constructor(statements: Statements, table: number) {
    this.#statements = statements;
    this.#table = table;
  }

  read(group: Uint8Array): Uint8Array | undefined {
    for (let next = this.#read[this.#passed]; next; next = this.#read[this.#passed]) {
      const order = compareBytes(next.group, group);
      if (order > 0) break;
      this.#passed++;
      if (order === 0) return next.lines;
    }
    // What comes lies behind all that is there.
    this.#last ??= this.#between(nothing, greatest, true, 1)[0]?.group ?? nothing;
    if (compareBytes(group, this.#last) > 0) return undefined;
    const digits = this.#statements.group.get(boundKey.row(this.#table, group));
    return digits === undefined ? undefined : Buffer.from(digits, "hex");
  }

  write(group: Uint8Array, lines: Uint8Array): void {
    if (this.#last && compareBytes(group, this.#last) > 0) this.#last = group.slice();
    this.#statements.setGroup.run(boundKey.row(this.#table, group), lines);
  }

  remove(group: Uint8Array): void {
    this.#statements.deleteGroup.run(boundKey.row(this.#table, group));
  }

  /** The first lines of the order index within a range that stand in groups. */
  lines(range: GroupedRange): readonly GroupedLine[] {
    const { gt, gte, lt, lte, reverse = false, limit } = range;
    const lines: GroupedLine[] = [];
    let low = groupOf(gt ?? gte ?? nothing);
    let high = groupOf(lt ?? lte ?? greatest);
    /** Where it goes on: there the last group is read once more. */
    let last: Uint8Array | undefined;
    this.forget();
    for (;;) {
      const count = Math.min(limit - lines.length, GROUPS_AT_ONCE) + (last ? 1 : 0);
      const found = this.#between(low, high, reverse, count);
      if (!reverse) this.#read.push(...(last ? found.slice(1) : found));
      for (const { group, lines: all } of found) {
        if (last && compareBytes(group, last) === 0) continue;
        const most = reverse ? Number.POSITIVE_INFINITY : limit - lines.length;
        const within = linesOfGroup(group, all, range, most);
        for (const line of reverse ? within.reverse() : within) lines.push(line);
      }
      last = found.at(-1)?.group;
      if (!last || found.length < count || lines.length >= limit) return lines.length > limit ? lines.slice(0, limit) : lines;
      if (reverse) high = last;
      else low = last;
    }
  }

  /** Takes note that all groups are gone. */
  forget(): void {
    this.#read = [];
    this.#passed = 0;
    this.#last = undefined;
  }

  #between(low: Uint8Array, high: Uint8Array, reverse: boolean, count: number): ReadGroup[] {
    const { groupsBetween, groupsBack } = this.#statements;
    const statement = reverse ? groupsBack : groupsBetween;
    const first = boundLow.row(this.#table, low);
    const end = boundHigh.row(this.#table, high);
    // One is found sooner so.
    const only = count === 1 ? statement.get(first, end, count) : undefined;
    const all = count > 1 ? statement.all(first, end, count) : only === undefined ? [] : [only];
    return all.map((digits) => {
      const bytes = Buffer.from(digits, "hex");
      const linesAt = TABLE_BYTES + GROUP_BYTES;
      return { group: bytes.subarray(TABLE_BYTES, linesAt), lines: bytes.subarray(linesAt) };
    });
  }
}
