import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { audit } from "./audit.ts";
import { TestFolder } from "./folder.ts";
import { LONG, MAX, WAITING } from "./long-log.ts";

interface Outcome {
  /** How many threads there were, and how many of them had ended when the process did. */
  readonly started: number;
  readonly ended: number;
  readonly longest: number;
}

const SLACK = 1000;
const start = promisify(execFile);
const program = fileURLToPath(new URL("write-back-process.ts", import.meta.url));

/** Starts the program; gives what it printed in the end. */
async function run(path: string, words: readonly string[] = [], execArgv: readonly string[] = []): Promise<Outcome> {
  const { stdout, stderr } = await start(process.execPath, ["--conditions=@cache/source", ...execArgv, program, path, ...words]);
  expect(stderr).toBe("");
  // The program prints nothing else.
  return JSON.parse(stdout) as Outcome;
}

function expectWhole(path: string): void {
  const { kept, counted, strays, integrity } = audit(path);
  expect({ kept, strays, integrity }).toEqual({ kept: counted, strays: 0, integrity: "ok" });
}

describe("a process", () => {
  test.each(["early", "late", "exit"])("ends by itself without closing its store: %s", async (how) => {
    using folder = new TestFolder(true);
    const path = folder.in("cache.db");
    const { started, ended, longest } = await run(path, [how]);
    // It didn't wait for the thread, which rests for a while.
    expect({ started, ended }).toEqual({ started: 1, ended: 0 });
    expect(longest).toBeLessThan(WAITING + SLACK);
    expectWhole(path);
  });

  test("that may have no threads has its commits write back", async () => {
    using folder = new TestFolder(true);
    const path = folder.in("cache.db");
    const permissions = ["--permission", "--no-warnings", "--allow-addons", "--allow-fs-read=*", "--allow-fs-write=*"];
    const { started, longest } = await run(path, [], permissions);
    expect(started).toBe(0);
    expect(longest).toBeGreaterThan(LONG);
    expect(longest).toBeLessThan(LONG + SLACK);
    expectWhole(path);
  });

  test("shares the work with others", async () => {
    using folder = new TestFolder(true);
    const path = folder.in("cache.db");
    const outcomes = await Promise.all([1, 2, 3].map(() => run(path)));
    expect(Math.max(...outcomes.map(({ longest }) => longest))).toBeLessThan(MAX + LONG);
    expectWhole(path);
  });
});
