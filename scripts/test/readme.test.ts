// The READMEs' examples run as they stand.
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { stripTypeScriptTypes } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");

/** READMEs, and the packages from whose dependencies their imports are resolved. */
const readmes: readonly (readonly [readme: string, resolveFrom: string])[] = [
  ["README.md", "packages/conformance/cli"],
  ["packages/core/README.md", "packages/conformance/cli"],
  ["packages/lmdb/README.md", "packages/conformance/cli"],
  ["packages/sqlite/README.md", "packages/conformance/cli"],
  ["packages/conformance/README.md", "packages/conformance/cli"],
];

async function examplesIn(readme: string): Promise<string[]> {
  const text = await readFile(join(root, readme), "utf8");
  return [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = ""]) => code);
}

/** What an example says that its lines print: the comments behind them, but for those that speak of something left out. */
function promisedIn(code: string): string[] {
  return [...code.matchAll(/^ *console\.log\(.*\); \/\/ (.*)$/gm)]
    .map(([, promise = ""]) => promise)
    .filter((promise) => !promise.includes("…"));
}

/** The lines that a program printed, quoted as in the examples. */
function linesIn(output: string): string[] {
  return output
    .replaceAll("'", '"')
    .replaceAll(/\[ (.*) \]/g, "[$1]")
    .split("\n");
}

// Each example is a process of its own, and loads the packages from their sources.
test.each(readmes)("the examples of %s run", { timeout: 120_000 }, async (readme, resolveFrom) => {
  const examples = await examplesIn(readme);
  expect(examples.length).toBeGreaterThan(0);
  const cwd = await mkdtemp(join(tmpdir(), "readme-"));
  const home = join(root, resolveFrom, "node_modules/.cache", `readme-${process.pid}`);
  await mkdir(home, { recursive: true });
  try {
    for (const [at, code] of examples.entries()) {
      const program = join(home, `example-${at}.mjs`);
      await writeFile(program, stripTypeScriptTypes(code));
      const { stdout } = await promisify(execFile)(process.execPath, ["--conditions=@cache/source", program], { cwd });
      expect(linesIn(stdout)).toEqual(expect.arrayContaining(promisedIn(code)));
    }
  } finally {
    await rm(cwd, { recursive: true, force: true });
    await rm(home, { recursive: true, force: true });
  }
});
