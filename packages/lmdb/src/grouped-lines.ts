import { type GroupAccess, GROUP_BYTES, type GroupedLine, type GroupedRange, groupOf, linesOfGroup } from "@cache/core/spi";
import type { Engine, EngineRange } from "./engine.ts";
import { EngineKey } from "./engine-key.ts";
import { KIND, ROW_PREFIX_BYTES } from "./layout.ts";
import { RowViews } from "./row-views.ts";

const key = new EngineKey();
const low = new EngineKey();
const high = new EngineKey();
const views = new RowViews();
const nothing = new Uint8Array();

/** The groups of a table inside a write transaction. To read one overwrites what was read before. */
export class EngineGroups implements GroupAccess {
  readonly #engine: Engine;
  readonly #table: number;

  constructor(engine: Engine, table: number) {
    this.#engine = engine;
    this.#table = table;
  }

  read(group: Uint8Array): Uint8Array | undefined {
    const lines = this.#engine.getBinaryFast(key.row(this.#table, group, KIND.group));
    return lines && views.view(lines, 0);
  }

  write(group: Uint8Array, lines: Uint8Array): void {
    this.#engine.put(key.row(this.#table, group, KIND.group), lines);
  }

  remove(group: Uint8Array): void {
    this.#engine.remove(key.row(this.#table, group, KIND.group));
  }
}

/** The first lines of the order index within a range that stand in groups. */
export function groupedLines(engine: Engine, table: number, range: GroupedRange): readonly GroupedLine[] {
  const { reverse = false, limit } = range;
  const lines: GroupedLine[] = [];
  for (const { key: found, value } of engine.getRange(groupsOf(table, range))) {
    const start = found.start + ROW_PREFIX_BYTES;
    const group = found.bytes.subarray(start, start + GROUP_BYTES);
    const most = reverse ? Number.POSITIVE_INFINITY : limit - lines.length;
    const within = linesOfGroup(group, views.view(value, 0), range, most);
    for (const line of reverse ? within.reverse() : within) lines.push(line);
    if (lines.length >= limit) break;
  }
  return lines.length > limit ? lines.slice(0, limit) : lines;
}

/** The groups that may have lines within a range. */
function groupsOf(table: number, { gt, gte, lt, lte, reverse = false }: GroupedRange): EngineRange {
  const upper = lt ?? lte;
  const from = low.row(table, groupOf(gt ?? gte ?? nothing), KIND.group);
  const to = high.row(table, groupOf(upper ?? nothing), KIND.group);
  if (!upper) to.afterPrefix();
  return { start: reverse ? to : from, end: reverse ? from : to, exclusiveStart: false, inclusiveEnd: true, reverse };
}
