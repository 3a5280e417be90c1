import { fork } from "node:child_process";
import { once } from "node:events";
import { argumentsOf } from "./arguments.ts";
import { type MeasuredResult, reportOf } from "./result.ts";
import { suites } from "./suites.ts";
import { heading, tableLine, targetLines } from "./table.ts";

const words = process.argv.slice(2);
const options = argumentsOf(words);
// With `--json`, stdout is the document's alone.
const say = options.json ? (text: string) => console.error(text) : (text: string) => console.log(text);
const results: MeasuredResult[] = [];

/** Runs a suite in its own process: what one engine's calls teach the compiler about types must not slow down another's. */
async function run(suite: string): Promise<void> {
  const child = fork(new URL("./suite-process.ts", import.meta.url), [suite, ...words], { stdio: ["ignore", 2, 2, "ipc"] });
  // The child sends nothing else.
  child.on("message", (result: MeasuredResult) => {
    results.push(result);
    say(tableLine(result));
  });
  const [code, signal] = (await once(child, "close")) as [number | null, string | null];
  if (code === 0) return;
  process.exitCode = 1;
  console.error(`The ${suite} suite ended early, with ${signal ?? code}: see above.`);
}

say(heading);
for (const suite of Object.keys(suites)) await run(suite);
for (const text of ["", ...targetLines(results)]) say(text);
if (options.json) console.log(JSON.stringify(reportOf(results)));
