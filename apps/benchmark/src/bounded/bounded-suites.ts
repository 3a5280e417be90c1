import { memoryStore } from "@cache/core/memory";
import { lmdbStore } from "@cache/lmdb";
import type { Bench } from "../bench.ts";
import { compareBounded, compareRecording } from "./compare-bounded.ts";

/** What budgets cost on LMDB. */
export async function lmdbBoundedSuite(bench: Bench): Promise<void> {
  await compareRecording(bench, "lmdb", (name) => lmdbStore({ path: bench.folder(`lmdb-${name}`) }), bench.scale.entries);
  await compareBounded(bench, "lmdb");
}

/** What budgets cost on SQLite. */
export function sqliteBoundedSuite(bench: Bench): Promise<void> {
  return compareBounded(bench, "sqlite");
}

/** What budgets cost with no engine underneath. */
export function memoryBoundedSuite(bench: Bench): Promise<void> {
  return compareRecording(bench, "memory", () => memoryStore(), bench.scale.memoryEntries);
}
