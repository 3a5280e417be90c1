import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Arguments, argumentsOf } from "./arguments.ts";
import { type MeasuredResult, reportOf } from "./result.ts";
import { suites } from "./suites.ts";
import { heading, tableLine, targetLines } from "./table.ts";

const words = process.argv.slice(2);
const options = readArguments();
// With `--json`, stdout is the document's alone.
const say = options.json ? (text: string) => console.error(text) : (text: string) => console.log(text);
const results: MeasuredResult[] = [];
const signals = { SIGINT: 130, SIGTERM: 143 } as const;
let interrupted: keyof typeof signals | undefined;

function readArguments(): Arguments {
  try {
    return argumentsOf(words);
  } catch (error) {
    // What is wrong with a command line is said in a sentence.
    console.error(error instanceof Error ? error.message : error);
    return process.exit(2);
  }
}

/** Runs a suite in its own process: what one engine's calls teach the compiler about types must not slow down another's. */
async function run(suite: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "cache-benchmark-"));
  const child = fork(new URL("./suite-process.ts", import.meta.url), [suite, folder, ...words], { stdio: ["ignore", 2, 2, "ipc"] });
  const stop = (signal: keyof typeof signals): void => {
    interrupted = signal;
    child.kill(signal);
  };
  process.on("SIGINT", stop).on("SIGTERM", stop);
  // The child sends nothing else.
  child.on("message", (result: MeasuredResult) => {
    results.push(result);
    say(tableLine(result));
  });
  const [code, signal] = (await once(child, "close")) as [number | null, string | null];
  process.off("SIGINT", stop).off("SIGTERM", stop);
  // After the child, so that its data goes however it ended.
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  if (code === 0 || interrupted) return;
  process.exitCode = 1;
  console.error(`The ${suite} suite ended early, with ${signal ?? code}: see above.`);
}

say(heading);
for (const suite of Object.keys(suites)) if (!interrupted) await run(suite);
if (interrupted) process.exitCode = signals[interrupted];
else {
  for (const text of ["", ...targetLines(results)]) say(text);
  if (options.json) console.log(JSON.stringify(reportOf(results)));
}
