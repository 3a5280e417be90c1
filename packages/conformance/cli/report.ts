// Runs the whole suite on all stores of this repository and reports: a table, or with --json one JSON document.
import { parseArgs } from "node:util";
import { runConformance, scenarios } from "@cache/conformance";
import { browserRuns } from "./browser-runs.ts";
import { nodeHarnesses } from "./node-harnesses.ts";
import type { Run } from "./run.ts";

const { values } = parseArgs({ options: { json: { type: "boolean", default: false } } });
const runs: Run[] = [];

function columns(store: string, runtime: string, face: string, passed: string, failed: string, knownGaps: string): string {
  return `${store.padEnd(8)}${runtime.padEnd(10)}${face.padEnd(7)}${passed.padStart(7)}${failed.padStart(8)}  ${knownGaps}`.trimEnd();
}

/** Notes a run and shows it. Failures are told on stderr, so that stdout stays the table's or the document's. */
function note(run: Run): void {
  const { store, runtime, face, passed, failed, knownGaps, failures } = run;
  runs.push(run);
  if (!values.json) console.log(columns(store, runtime, face, String(passed), String(failed), knownGaps.join(" ")));
  for (const failure of failures) console.error(`${store} in ${runtime}: ${failure.case}\n  ${failure.message}`);
}

if (!values.json) {
  console.log(`${scenarios.length} scenarios, each in several variants\n`);
  console.log(columns("store", "runtime", "face", "passed", "failed", "known gaps"));
}
for (const harness of nodeHarnesses) for (const report of await runConformance(harness)) note({ ...report, runtime: "node" });
for await (const run of browserRuns()) note(run);

if (values.json) {
  const told = runs.map(({ store, runtime, face, passed, failed, knownGaps }) => ({ store, runtime, face, passed, failed, knownGaps }));
  console.log(JSON.stringify({ scenarios: scenarios.length, runs: told }));
}
process.exitCode = runs.some(({ failed }) => failed > 0) ? 1 : 0;
