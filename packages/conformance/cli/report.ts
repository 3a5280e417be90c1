// Runs the whole suite on all stores of this repository and reports: a table, or with --json one JSON document.
import { parseArgs } from "node:util";
import { runConformance, scenarios } from "@cache/conformance";
import { browserRuns } from "./browser-runs.ts";
import { nodeHarnesses } from "./node-harnesses.ts";
import type { Run } from "./run.ts";

const { values } = parseArgs({ options: { json: { type: "boolean", default: false } } });
const runs: Run[] = [];

/** Notes runs; tells of their failures on stderr, so that stdout stays the document's. */
function note(ended: readonly Run[]): void {
  runs.push(...ended);
  for (const { store, runtime, failures } of ended)
    for (const failure of failures) console.error(`${store} in ${runtime}: ${failure.case}\n  ${failure.message}`);
}

function table(): string {
  const rows = runs.map(({ store, runtime, face, passed, failed, knownGaps }) =>
    [
      store.padEnd(8),
      runtime.padEnd(10),
      face.padEnd(7),
      String(passed).padStart(7),
      String(failed).padStart(7),
      `  ${knownGaps.join(" ")}`,
    ].join(""),
  );
  return [`${scenarios.length} scenarios`, "", "store   runtime   face    passed failed  known gaps", ...rows].join("\n");
}

for (const harness of nodeHarnesses) note((await runConformance(harness)).map((report) => ({ ...report, runtime: "node" as const })));
for await (const ended of browserRuns()) note(ended);

const document = {
  scenarios: scenarios.length,
  runs: runs.map(({ store, runtime, face, passed, failed, knownGaps }) => ({ store, runtime, face, passed, failed, knownGaps })),
};
console.log(values.json ? JSON.stringify(document) : table());
process.exitCode = runs.some(({ failed }) => failed > 0) ? 1 : 0;
