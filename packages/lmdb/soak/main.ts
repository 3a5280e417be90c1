import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { churn } from "./churn.ts";

/* node --conditions=@cache/source soak/main.ts [seconds] [seed]: churns for so long, ten minutes unless told. */

const [seconds = "600", seedText = String(Date.now() % 2 ** 31)] = process.argv.slice(2);
const seed = Number(seedText);
const folder = mkdtempSync(join(tmpdir(), "cache-lmdb-churn-"));
const end = performance.now() + Number(seconds) * 1000;
process.stdout.write(`churning for ${seconds} s with seed ${seed}\n`);
try {
  const isOver = (): boolean => performance.now() >= end;
  const { commits, sets, deletes, fileBytes } = await churn({ path: folder, isOver, seed, rowsAtOnce: 200, maxEntries: 50_000 });
  const [first, last] = fileBytes.map((bytes) => `${Math.round(bytes / 2 ** 20)} MB`);
  process.stdout.write(`${commits} commits, ${sets} sets, ${deletes} deletes; the file grew from ${first} to ${last}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
