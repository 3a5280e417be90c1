import { join } from "node:path";
import { collectGarbage } from "../garbage.ts";
import { median } from "../median.ts";
import { nextTurn } from "../next-turn.ts";
import { ownMemoryBytes } from "../own-memory.ts";
import { randomFrom } from "../random.ts";
import { type engines, fill, itemOf, type ItemCache, openItems } from "./fill.ts";

/** What a process finds out of a table with so many entries. */
export interface ScaleFigures {
  /** Microseconds per set of a new key at the bound, and without one. */
  readonly bounded: number;
  readonly unbounded: number;
  /** Milliseconds until a bounded cache is open. */
  readonly open: number;
  /** The process's own memory in the end, in bytes. */
  readonly memory: number;
  /** Entries of the bounded table in the end. */
  readonly entries: number;
}

const WARM_UP = 20;
const ROUNDS = 60;
const SETS = 1000;

// Fills two tables, of which one is bounded to what it holds, opens them anew, and sets new keys between the old ones in each by turns. The engine, a folder and the
// number of entries come as arguments.
const [engine = "", folder = "", size = ""] = process.argv.slice(2);
const count = Number(size);
// The parent names one that exists.
const open = (name: string, maxEntries: number): Promise<ItemCache> =>
  openItems(engine as keyof typeof engines, join(folder, name), maxEntries);
for (const [name, bound] of [
  ["bounded", count],
  ["unbounded", Number.POSITIVE_INFINITY],
] as const) {
  const cache = await open(name, bound);
  await fill(cache, count);
  await cache.close();
}
const begin = performance.now();
const bounded = await open("bounded", count);
const opened = performance.now() - begin;
const unbounded = await open("unbounded", Number.POSITIVE_INFINITY);
const random = randomFrom(count);
const times: { readonly bounded: number[]; readonly unbounded: number[] } = { bounded: [], unbounded: [] };
for (let round = 0; round < WARM_UP + ROUNDS; round++) {
  const ids = Array.from({ length: SETS }, () => random() * count * 2);
  const sides = [
    ["bounded", bounded],
    ["unbounded", unbounded],
  ] as const;
  for (const [name, cache] of round % 2 === 0 ? sides : sides.toReversed()) {
    collectGarbage({ type: "minor" });
    const start = performance.now();
    await Promise.all(ids.map((id) => cache.tables.items.set(id, itemOf(id))));
    const took = ((performance.now() - start) * 1000) / SETS;
    if (round >= WARM_UP) times[name].push(took);
    // The table without a bound is to hold no more either.
    if (name === "unbounded") await cache.tables.items.deleteMany(ids);
    // Its writes settle before the disk has them, and the other side's are timed next.
    if (engine === "lmdb") await cache.flush();
    await nextTurn();
  }
}
const { entries } = await bounded.tables.items.stats();
for (let round = 0; round < 3; round++) {
  collectGarbage({ type: "major" });
  await nextTurn();
}
const figures: ScaleFigures = {
  bounded: median(times.bounded),
  unbounded: median(times.unbounded),
  open: opened,
  memory: ownMemoryBytes(),
  entries,
};
process.send?.(figures);
await bounded.close();
await unbounded.close();
