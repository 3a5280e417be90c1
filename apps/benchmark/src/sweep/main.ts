import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { launchPersistentChromium } from "../../../../scripts/browsers.mjs";
import { servePage } from "../idb/page-server.ts";
import { type MeasuredResult, reportOf, type Result } from "../result.ts";
import { short } from "../scale.ts";
import { heading, tableLine, targetLines } from "../table.ts";
import type { PageSweepFigures, SweepWindow } from "./page.ts";
import type { SweepFigures } from "./sweep-process.ts";

/** The engines whose sweeps are looked at in a process of Node. */
export type SweepEngine = "memory" | "lmdb" | "sqlite";

// How long a sweep of many expired entries holds up the event loop. A minute or two for all:
//
//   npm run bench:sweep
//   npm run bench:sweep -- --entries 10000 --engine lmdb,idb --json
const { values } = parseArgs({
  options: {
    entries: { type: "string", default: "100000" },
    engine: { type: "string", default: "memory,lmdb,sqlite,idb" },
    json: { type: "boolean", default: false },
  },
});
const entries = Number(values.entries);
if (!Number.isInteger(entries) || entries < 1) throw new TypeError("--entries must be a whole number, at least 1");

const say = values.json ? (text: string) => console.error(text) : (text: string) => console.log(text);
const results: Result[] = [];
const add = (name: string, { ours, theirs, unit, against }: Omit<MeasuredResult, "ratio" | "name">): void => {
  const complete = { name: `${name}.${short(entries)}`, ours, theirs, unit, against, ratio: ours / theirs };
  results.push(complete);
  say(tableLine(complete));
};

async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "cache-sweep-"));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function inNode(engine: SweepEngine): Promise<SweepFigures> {
  return withFolder(async (folder) => {
    const child = fork(new URL("./sweep-process.ts", import.meta.url), [engine, folder, String(entries)]);
    // The child sends nothing else.
    const figures = once(child, "message").then(([message]) => message as SweepFigures);
    const [code] = (await once(child, "close")) as [number | null];
    if (code !== 0) throw new Error(`${engine}: its process ended with ${code}`);
    return figures;
  });
}

function inPage(): Promise<PageSweepFigures> {
  return withFolder(async (folder) => {
    const server = await servePage(new URL("./page.ts", import.meta.url));
    const browser = await launchPersistentChromium(folder);
    try {
      const page = await browser.newPage();
      await page.goto(server.url);
      return await page.evaluate((count) => {
        const { sweepBench } = globalThis as SweepWindow;
        if (!sweepBench) throw new Error("the page's script has failed");
        return sweepBench(count);
      }, entries);
    } finally {
      await browser.close();
      server.close();
    }
  });
}

/** The longest that the event loop may be held up, in milliseconds. */
const BOUND_MS = 10;

function report(engine: string, { removed, took, longest, idle }: Pick<SweepFigures, "removed" | "took" | "longest" | "idle">): void {
  if (removed !== entries) throw new Error(`${engine}: swept ${removed} of ${entries} entries`);
  add(`${engine}.sweep.longest`, { ours: longest, theirs: BOUND_MS, unit: "ms", against: "the most it may block" });
  add(`${engine}.sweep.beside`, { ours: longest, theirs: idle, unit: "ms", against: "as much time without a sweep" });
  add(`${engine}.sweep.row`, { ours: (took * 1000) / entries, theirs: 1000, unit: "µs/row", against: "a millisecond" });
}

say(heading);
for (const engine of values.engine.split(",")) {
  if (engine === "idb") {
    const figures = await inPage();
    report(engine, figures);
    say(`${engine}: ${figures.longTasks} long tasks, and ${figures.idleLongTasks} in as much time without a sweep`);
  } else if (engine === "memory" || engine === "lmdb" || engine === "sqlite") {
    const figures = await inNode(engine);
    report(engine, figures);
    add(`${engine}.sweep.busiest`, { ours: figures.busiest, theirs: BOUND_MS, unit: "ms CPU", against: "the most it may block" });
    say(`${engine}: 99 of 100 timers late by ${figures.usual.toFixed(1)} ms at most`);
  } else throw new TypeError("--engine must be of memory, lmdb, sqlite, idb");
}
for (const text of ["", ...targetLines(results)]) say(text);
if (values.json) console.log(JSON.stringify(reportOf(results)));
