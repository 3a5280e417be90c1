// The explorer's command line. See arguments.ts for how it is called.
import { resolve } from "node:path";
import process from "node:process";
import { explore } from "./explorer.ts";
import { machineFileSystem } from "./file-system.ts";

const controller = new AbortController();
// A second Ctrl-C changes nothing: what is under way ends with the next chunk of a file.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => controller.abort());

// Whoever reads may leave before the end, and a terminal may close: there is nobody left to work for.
process.stdout.on("error", () => controller.abort());
process.stderr.on("error", () => {});

process.exitCode = await explore(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  // npm runs scripts in the repository's folder, and names the one that it was called in.
  workingFolder: process.env["INIT_CWD"] || process.cwd(),
  defaultFolder: resolve(import.meta.dirname, "../../.."),
  fileSystem: machineFileSystem,
  now: Date.now,
  elapsed: () => performance.now(),
  signal: controller.signal,
});
