import type { Result } from "./result.ts";

/** What we have set ourselves to reach. */
export interface Target {
  readonly name: string;
  /** Which of the results of that name. */
  readonly against: string;
  /** What `ours` may be at most: this many times `theirs`, or this much more. */
  readonly atMost: number;
  readonly of: "ratio" | "difference";
}

/** Whether and by how much a result reaches a target. */
export interface Verdict {
  readonly target: Target;
  readonly figure: number;
  readonly isReached: boolean;
}

const ratio = (name: string, against: string, atMost: number): Target => ({ name, against, atMost, of: "ratio" });
const difference = (name: string, against: string, atMost: number): Target => ({ name, against, atMost, of: "difference" });

/** Tables are held against those that are written by hand, whatever is asked of them. */
const tableTargets = (engine: string, against: string, atMost: number): Target[] =>
  ["put.indexes0", "put.indexes1", "put.indexes3", "query.indexed", "query.range100"].map((name) =>
    ratio(`${engine}.${name}`, against, atMost),
  );

/** Our targets. Those of opening hold for a million entries, and so for fewer. */
export const targets: readonly Target[] = [
  ratio("lmdb.get.sync", "lmdb-js with shared structures", 1.15),
  ratio("lmdb.get.async", "lmdb-js with shared structures", 1.35),
  ratio("lmdb.set.turn1000", "lmdb-js with shared structures", 1.4),
  ratio("sqlite.get.turn100", "better-sqlite3, autocommit, msgpackr", 0.75),
  ratio("sqlite.set.turn1000", "better-sqlite3, autocommit, msgpackr", 0.7),
  ratio("idb.get.turn1000", "idb-keyval", 0.5),
  ratio("idb.set.turn1000", "IndexedDB, one transaction", 1.6),
  ...tableTargets("lmdb", "lmdb-js, written by hand", 1.3),
  ...tableTargets("sqlite", "better-sqlite3, columns and indexes", 1.2),
  ...tableTargets("idb", "Dexie", 1),
  ratio("record.bytes", "JSON", 0.65),
  difference("lmdb.open.100k", "lmdb-js with shared structures", 50),
  difference("lmdb.open.1M", "lmdb-js with shared structures", 50),
  difference("sqlite.open.100k", "better-sqlite3", 50),
  difference("sqlite.open.1M", "better-sqlite3", 50),
  ratio("lmdb.memory.1M", "the same with 500k entries", 1.1),
  ratio("sqlite.memory.1M", "the same with 500k entries", 1.1),
  ratio("lmdb.get.recorded", "without a budget", 1.1),
  ratio("lmdb.get.recorded.many", "without a budget", 1.1),
  ...["lmdb", "sqlite"].flatMap((engine) => [
    ...["set.bounded", "set.bounded.sequential"].map((name) => ratio(`${engine}.${name}`, "without a budget", 1.6)),
    ...["10k", "1M", "10M"].flatMap((size) => [
      ratio(`${engine}.set.bounded.${size}`, "without a budget", 1.6),
      ratio(`${engine}.open.bounded.${size}`, "the most it may take", 1),
    ]),
    ...["1M", "10M"].map((size) => ratio(`${engine}.bounded.growth.${size}`, "at 10k", 1.5)),
  ]),
  ...["memory", "lmdb", "sqlite", "idb"].map((engine) => ratio(`${engine}.sweep.longest.100k`, "the most it may block", 1)),
  ...["memory", "lmdb", "sqlite"].map((engine) => ratio(`${engine}.sweep.busiest.100k`, "the most it may block", 1)),
];

/** What the targets say of a result; `undefined` when none is about it. */
export function verdictOn(result: Result): Verdict | undefined {
  const target = targets.find(({ name, against }) => name === result.name && against === result.against);
  if (!target) return undefined;
  const figure = target.of === "ratio" ? result.ratio : result.ours - result.theirs;
  return { target, figure, isReached: figure <= target.atMost };
}
