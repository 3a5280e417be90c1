import { fork } from "node:child_process";
import { once } from "node:events";
import type { Bench } from "../bench.ts";
import { type Opener, compareOpening } from "../opening.ts";
import { short } from "../scale.ts";
import { vaultId } from "../vault-record.ts";
import type { Filled } from "./fill-process.ts";
import { type Holder, holders } from "./holder.ts";

const bytesPerMebibyte = 2 ** 20;

/** What grows with the number of entries and shouldn't: the time that opening takes, and memory. */
export async function manySuite(bench: Bench): Promise<void> {
  await compare(bench, "lmdb", "lmdb-js");
  await compare(bench, "sqlite", "better-sqlite3");
}

async function compare(bench: Bench, ours: "lmdb" | "sqlite", theirs: Holder): Promise<void> {
  const { manyEntries } = bench.scale;
  // Enough to fill the caches that engines keep of their pages, whose sizes are bounded.
  const fewEntries = manyEntries / 2;
  const opening = `${ours}.open.${short(manyEntries)}`;
  const memory = `${ours}.memory.${short(manyEntries)}`;
  if (manyEntries === 0 || !(bench.wants(opening) || bench.wants(memory))) return;
  const folder = bench.folder(`${ours}-many`);
  const many = await fillIn(ours, folder, manyEntries, manyEntries);
  if (bench.wants(memory)) {
    const few = await fillIn(ours, bench.folder(`${ours}-few`), fewEntries, manyEntries);
    bench.add({
      name: memory,
      ours: many.memoryBytes / bytesPerMebibyte,
      theirs: few.memoryBytes / bytesPerMebibyte,
      ratio: many.memoryBytes / few.memoryBytes,
      unit: "MiB",
      against: `the same with ${short(fewEntries)} entries`,
    });
  }
  if (!bench.wants(opening)) return;
  const theirFolder = bench.folder(`${theirs}-many`);
  await fillIn(theirs, theirFolder, manyEntries, manyEntries);
  const probe = [vaultId(0)];
  const opener =
    (holder: Holder, path: string): Opener =>
    async () => {
      const contender = await holders[holder](path);
      await contender.getEach(probe);
      return () => contender.close();
    };
  const contender = await holders[theirs](theirFolder);
  await contender.close();
  await compareOpening(bench, opening, { ours: opener(ours, folder), theirs: opener(theirs, theirFolder), against: contender.name });
}

/** Fills a holder in a process of its own, whose memory then says something about the holder. */
async function fillIn(holder: Holder, folder: string, entries: number, writes: number): Promise<Filled> {
  const child = fork(new URL("./fill-process.ts", import.meta.url), [holder, folder, String(entries), String(writes)]);
  // The child sends nothing else.
  const filled = once(child, "message").then(([message]) => message as Filled);
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`${holder} could not be filled: its process ended with ${code}`);
  return filled;
}
