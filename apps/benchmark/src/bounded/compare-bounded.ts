import type { SyncStore } from "@cache/core";
import type { Bench } from "../bench.ts";
import { type BenchCase, microseconds } from "../bench-case.ts";
import { randomFrom, randomNumbers } from "../random.ts";
import { type engines, fill, openItems } from "./fill.ts";
import { handContender, type ItemContender, readContender, writeContender } from "./item-contender.ts";

/** What ours is held against: our own table that has no bound. */
const against = "without a budget";

/** What a budget is held against, too: the same kept by hand. */
const byHand = "as many deleted by hand";

/** What recording alone is held against. */
const withFifo = "fifo, which notes no reads";

/** So many entries a bounded table has that is written to. */
const boundedEntries = 10_000;

/** Far above what is in the table: nothing goes, and all reads are noted. */
const highBound = 1_000_000_000;

/** So many keys are in use where reads are of what is in use: fewer than a cache remembers reads of. */
const keysInUse = 5000;

/**
 * What it costs a get that a policy cares for reads: with a bound that is never reached, beside none, where rows are shorter by their places;
 * and beside a policy that doesn't ask who was read, which leaves what it takes to note it. Gets of the keys in use show what it takes to note
 * keys again that are known; those of all keys, of which hardly one is, what it takes to get to know them. Reads are written down between the
 * rounds.
 */
export async function compareRecording(
  bench: Bench,
  engine: "lmdb" | "memory",
  open: (name: string) => SyncStore,
  entries: number,
): Promise<void> {
  const name = `${engine}.get.recorded`;
  const many = `${name}.many`;
  if (!bench.wants(name) && !bench.wants(many)) return;
  const recording = readContender("with a budget", open("recorded"), entries, { maxEntries: highBound });
  const others = [
    readContender(against, open("unbounded"), entries, {}),
    readContender(withFifo, open("unrecorded"), entries, { maxEntries: highBound, eviction: "fifo" }),
  ];
  await bench.compare(name, itemGets(Math.min(entries, keysInUse), 1000), recording, others);
  await bench.compare(many, itemGets(entries, 20_000), recording, others);
  for (const contender of [recording, ...others]) await contender.close();
}

/** What sets of new keys cost at the bound, beside a table without one, and one whose bound is kept by hand: in turns, and one after the other. */
export async function compareBounded(bench: Bench, engine: keyof typeof engines): Promise<void> {
  const name = `${engine}.set.bounded`;
  if (!bench.wants(name) && !bench.wants(`${name}.sequential`)) return;
  const folder = (of: string): string => bench.folder(`${engine}-set-${of}`);
  const cache = await openItems(engine, folder("bounded"), boundedEntries);
  const free = await openItems(engine, folder("unbounded"), Number.POSITIVE_INFINITY);
  const kept = await openItems(engine, folder("kept"), Number.POSITIVE_INFINITY);
  for (const each of [cache, free, kept]) await fill(each, boundedEntries);
  // SQLite's writes aren't followed by the disk at once.
  const rests = engine === "lmdb";
  const bounded = writeContender("with a budget", cache, { isBounded: true, rests });
  const others = [
    writeContender(against, free, { isBounded: false, rests }),
    handContender(
      byHand,
      kept,
      Array.from({ length: boundedEntries }, (_, at) => at * 2),
    ),
  ];
  await bench.compare(name, newSets("setTurn", 1000), bounded, others);
  await bench.compare(`${name}.sequential`, newSets("setEach", 50), bounded, others);
  const size = await cache.tables.items.size;
  if (size !== boundedEntries) throw new Error(`${engine} holds ${size} entries, and its budget is ${boundedEntries}`);
  for (const contender of [bounded, ...others]) await contender.close();
}

/** So many random gets, one after the other. */
function itemGets(entries: number, count: number): BenchCase<ItemContender> {
  return {
    ...microseconds("get", count),
    prepare: (contender, round) => {
      const ids = randomNumbers(round, count, entries).map((number) => number * 2);
      return () => contender.getEach?.(ids) ?? 0;
    },
  };
}

/** Sets of so many keys that weren't there, anywhere between those that are. */
function newSets(how: "setTurn" | "setEach", count: number): BenchCase<ItemContender> {
  const idsOf = (round: number): number[] => {
    const random = randomFrom(round * 2 + (how === "setTurn" ? 0 : 1));
    return Array.from({ length: count }, () => random() * boundedEntries * 2);
  };
  return {
    ...microseconds("set", count),
    writes: true,
    prepare: async (contender, round) => {
      if (round > 0) await contender.makeRoom?.(idsOf(round - 1));
      const ids = idsOf(round);
      return () => contender[how]?.(ids) ?? 0;
    },
  };
}
