import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Fixture, type Harness, memoryHarness } from "@cache/conformance";
import { lmdbStore } from "@cache/lmdb";
import { sqliteStore } from "@cache/sqlite";

/** A file system in memory where there is one: the suite is about what stores answer, not about disks. */
const parent = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();

/** A fixture whose data lies in a temporary folder of its own. */
function inFolder(store: (folder: string) => ReturnType<Fixture["store"]>): Fixture {
  const folder = mkdtempSync(join(parent, "cache-conformance-"));
  return { store: () => store(folder), dispose: () => rmSync(folder, { recursive: true, force: true }) };
}

const shared = { faces: ["async", "sync"], reopens: true, shares: true } as const;

/** The stores that run in Node. */
export const nodeHarnesses: readonly Harness[] = [
  memoryHarness,
  { ...shared, name: "lmdb", create: () => inFolder((folder) => lmdbStore({ path: join(folder, "cache") })) },
  { ...shared, name: "sqlite", create: () => inFolder((folder) => sqliteStore({ path: join(folder, "cache.db") })) },
];
