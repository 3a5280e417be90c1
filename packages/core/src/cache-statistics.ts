import { allOf, run, step, type Steps } from "./continuation.ts";
import { entryTimes, joinedTimes } from "./entry-times.ts";
import type { Runtime } from "./runtime.ts";
import { Counters, type Statistics, type TableFigures, type TableStatistics, tableStatistics } from "./statistics.ts";
import type { OpenTable } from "./table/open-table.ts";

/** Gathers the figures of an open table, after all writes to it that were called before. */
export function* gatherTable(runtime: Runtime, table: OpenTable): Steps<TableFigures> {
  const usage = yield* step(runtime.usage(table.id));
  const here = Counters.sum([table.counters]);
  const everywhere = yield* runtime.counts.of(table);
  const times = yield* entryTimes(runtime.store, table, runtime.now());
  return { here, everywhere, usage, times };
}

/** Gathers the figures of an open cache. */
export function* cacheStatistics(runtime: Runtime): Steps<Statistics> {
  const { flushes, store, sweeper, tables } = runtime;
  const all = yield* step(allOf(tables, (table) => run(gatherTable(runtime, table))));
  const bytesOnDisk = yield* step<number | undefined>(store.footprint?.());
  const [defaultTable, ...declared] = all.map(tableStatistics);
  // The default table is always open, and the first.
  if (!defaultTable) throw new Error("no default table is open");
  return {
    ...tableStatistics(joined(all)),
    defaultTable,
    tables: Object.fromEntries(declared.map((one, at): [string, TableStatistics] => [tables[at + 1]?.settings.name ?? "", one])),
    bytesOnDisk,
    sweeps: sweeper.times.timing,
    flushes: flushes.timing,
  };
}

/** The figures of several tables as if they were one. */
function joined(all: readonly TableFigures[]): TableFigures {
  return {
    here: Counters.sum(all.map(({ here }) => here)),
    everywhere: Counters.sum(all.map(({ everywhere }) => everywhere)),
    usage: {
      entries: all.reduce((sum, { usage }) => sum + usage.entries, 0),
      bytes: all.reduce((sum, { usage }) => sum + usage.bytes, 0),
    },
    times: joinedTimes(all.map(({ times }) => times)),
  };
}
