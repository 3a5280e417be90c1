import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type HitRatios, hitRatiosOf } from "./hit-ratios.ts";
import { plot } from "./plot.ts";
import { type PolicyArguments, policyArgumentsOf } from "./policy-arguments.ts";
import { ratioTable } from "./ratio-table.ts";
import { allSubjects, shortened, type Subject } from "./subjects.ts";
import { readTrace } from "./trace.ts";
import { lruMisses, summary } from "./verdicts.ts";

const { options, subjects } = readAll();
const output = options.output ?? (options.trace === undefined ? fileURLToPath(new URL("../../results/", import.meta.url)) : undefined);
const results: HitRatios[] = [];
for (const { trace, sizes } of subjects) {
  console.error(`${trace.name}: ${trace.keys.length} requests, sizes ${sizes.join(", ")}`);
  for (const size of sizes) results.push(hitRatiosOf(trace, size));
}
console.log(["", ...ratioTable(results), "", summary(results)].join("\n"));
if (output !== undefined) write(output);
for (const sentence of lruMisses(results)) {
  process.exitCode = 1;
  console.error(sentence);
}

function readAll(): { readonly options: PolicyArguments; readonly subjects: readonly Subject[] } {
  try {
    const asked = policyArgumentsOf(process.argv.slice(2));
    const all = asked.trace === undefined ? allSubjects() : [{ trace: readTrace(asked.trace), sizes: asked.sizes }];
    return { options: asked, subjects: all.map((subject) => shortened(subject, asked.requests)) };
  } catch (error) {
    // What is wrong with a command line or a file is said in a sentence.
    console.error(error instanceof Error ? error.message : error);
    return process.exit(2);
  }
}

function write(folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "hit-ratios.json"), `${JSON.stringify({ results }, undefined, 2)}\n`);
  const text = ["# Hit ratios", "", "Requests that find their key, in percent. Written by `npm run bench:policy`.", ""];
  writeFileSync(join(folder, "hit-ratios.md"), `${[...text, ...ratioTable(results), "", summary(results)].join("\n")}\n`);
  writeFileSync(join(folder, "hit-ratios.svg"), plot(results));
  console.log(`Written to ${folder}: hit-ratios.json, hit-ratios.md, hit-ratios.svg`);
}
