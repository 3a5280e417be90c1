import { argumentsOf } from "./arguments.ts";
import { Bench } from "./bench.ts";
import { full, quick } from "./scale.ts";
import { suites } from "./suites.ts";

// Runs one suite in a process of its own: its name and a folder for its data come first, then the options. Sends each result to the parent.
const [name = "", folder = "", ...words] = process.argv.slice(2);
const suite = suites[name];
if (!suite || !process.send) throw new TypeError(`no suite ${name}, or no parent to report to`);
const options = argumentsOf(words);
try {
  await suite(new Bench(options.quick ? quick : full, folder, options.only, (result) => process.send?.(result)));
} finally {
  process.disconnect();
}
