import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempDisposableSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type BudgetReport, MOST_BYTES, MOST_ENTRIES, pages } from "./budget-program.ts";
import { type Engine, openers } from "./engine.ts";

const WRITERS = 3;
const WRITES = 405;

/** Has a process write to the bounded table. */
async function written(engine: Engine, path: string, writer: number): Promise<BudgetReport> {
  const child = fork(new URL("budget-process.ts", import.meta.url), [engine, path, String(writer), String(WRITES)], {
    execPath: process.execPath,
    execArgv: ["--conditions=@cache/source"],
  });
  // The child sends nothing else.
  const report = once(child, "message").then(([message]) => message as BudgetReport);
  const [code] = (await once(child, "close")) as [number | null];
  expect(code, `how process ${writer} ended`).toBe(0);
  return report;
}

describe.each(["lmdb", "sqlite"] as const)("%s", (engine) => {
  test("a budget holds after each write of several processes at once, and each removal is told once", { timeout: 120_000 }, async () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), "cache-budgets-"));
    const path = join(folder.path, "cache");
    const reports = await Promise.all(Array.from({ length: WRITERS }, (_, writer) => written(engine, path, writer)));
    for (const { mostEntries, mostBytes } of reports) {
      expect(mostEntries).toBeLessThanOrEqual(MOST_ENTRIES);
      expect(mostBytes).toBeLessThanOrEqual(MOST_BYTES);
    }
    await using cache = await openers[engine]({ path, tables: { pages } });
    const { entries } = await cache.tables.pages.stats();
    const removed = reports.reduce((sum, { evictions }) => sum + evictions, 0);
    expect(entries + removed, "entries left and removed").toBe(WRITERS * WRITES);
    expect(reports.reduce((sum, { told }) => sum + told, 0)).toBe(removed);
  });
});
