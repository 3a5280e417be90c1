import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type MeasuredResult, reportOf, type Result } from "../result.ts";
import { short } from "../scale.ts";
import { heading, tableLine, targetLines } from "../table.ts";
import { engines } from "./fill.ts";
import type { ScaleFigures } from "./scale-process.ts";

// What a budget costs per write, at a thousand entries and at ten million. Some ten minutes, and 10 GB of disk, for all:
//
//   npm run bench:scale
//   npm run bench:scale -- --sizes 10000,1000000 --engine lmdb --json
const { values } = parseArgs({
  options: {
    sizes: { type: "string", default: "10000,1000000,10000000" },
    engine: { type: "string" },
    json: { type: "boolean", default: false },
  },
});
const sizes = values.sizes.split(",").map(Number);
if (sizes.some((size) => !Number.isInteger(size) || size < 1000)) throw new TypeError("--sizes must be whole numbers, each at least 1000");
const chosen = Object.keys(engines).filter((engine) => values.engine === undefined || engine === values.engine);
if (chosen.length === 0) throw new TypeError(`--engine must be one of ${Object.keys(engines).join(", ")}`);

const say = values.json ? (text: string) => console.error(text) : (text: string) => console.log(text);
const results: Result[] = [];
const add = (result: Omit<MeasuredResult, "ratio">): void => {
  const complete = { ...result, ratio: result.ours / result.theirs };
  results.push(complete);
  say(tableLine(complete));
};

async function measure(engine: string, size: number): Promise<ScaleFigures> {
  const folder = mkdtempSync(join(tmpdir(), "cache-scale-"));
  try {
    const child = fork(new URL("./scale-process.ts", import.meta.url), [engine, folder, String(size)]);
    // The child sends nothing else.
    const figures = once(child, "message").then(([message]) => message as ScaleFigures);
    const [code] = (await once(child, "close")) as [number | null];
    if (code !== 0) throw new Error(`${engine} with ${size} entries: its process ended with ${code}`);
    return await figures;
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** How many times as much a set costs at the bound as without one. */
function shareOf({ bounded, unbounded }: ScaleFigures): number {
  return bounded / unbounded;
}

say(heading);
for (const engine of chosen) {
  let first: ScaleFigures | undefined;
  for (const size of sizes) {
    const figures = await measure(engine, size);
    if (figures.entries !== size) throw new Error(`${engine} holds ${figures.entries} entries, and its budget is ${size}`);
    const name = short(size);
    add({
      name: `${engine}.set.bounded.${name}`,
      ours: figures.bounded,
      theirs: figures.unbounded,
      unit: "µs/set",
      against: "without a budget",
    });
    add({ name: `${engine}.open.bounded.${name}`, ours: figures.open, theirs: 100, unit: "ms", against: "the most it may take" });
    if (first) {
      const least = `at ${short(sizes[0] ?? 0)}`;
      add({ name: `${engine}.bounded.growth.${name}`, ours: shareOf(figures), theirs: shareOf(first), unit: "times", against: least });
      add({ name: `${engine}.bounded.cost.${name}`, ours: figures.bounded, theirs: first.bounded, unit: "µs/set", against: least });
      add({
        name: `${engine}.bounded.memory.${name}`,
        ours: figures.memory / 2 ** 20,
        theirs: first.memory / 2 ** 20,
        unit: "MiB",
        against: least,
      });
    }
    first ??= figures;
  }
}
for (const text of ["", ...targetLines(results)]) say(text);
if (values.json) console.log(JSON.stringify(reportOf(results)));
