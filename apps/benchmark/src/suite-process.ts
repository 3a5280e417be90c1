import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { argumentsOf } from "./arguments.ts";
import { Bench } from "./bench.ts";
import { full, quick } from "./scale.ts";
import { suites } from "./suites.ts";

// Runs one suite in a process of its own: its name comes first, then the options. Each result is sent to the parent.
const [name = "", ...words] = process.argv.slice(2);
const suite = suites[name];
if (!suite || !process.send) throw new TypeError(`no suite ${name}, or no parent to report to`);
const options = argumentsOf(words);
const folder = mkdtempSync(join(tmpdir(), "cache-benchmark-"));
try {
  await suite(new Bench(options.quick ? quick : full, folder, options.only, (result) => process.send?.(result)));
} finally {
  rmSync(folder, { recursive: true, force: true });
  process.disconnect();
}
