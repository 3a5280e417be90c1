// Bundles what browsers load, minified, holds the brotli size to a budget, and refuses Node built-ins and engines in it.
import { isBuiltin } from "node:module";
import { brotliCompressSync } from "node:zlib";
import { build } from "rolldown";

const budgets = { "@cache/core": 55_600, "@cache/idb": 65_900 };
const engines = new Set(["lmdb", "better-sqlite3", "msgpackr-extract"]);

/** A rolldown plugin that is the bundle's one entry: everything that the package exports. */
const entry = (name) => ({
  name: "entry",
  resolveId(id) {
    if (id === "entry") return "\0entry";
    return id === name ? new URL(`../packages/${name.split("/")[1]}/dist/index.js`, import.meta.url).pathname : null;
  },
  load: (id) => (id === "\0entry" ? `export * from ${JSON.stringify(name)};` : null),
});

const browserOnly = {
  name: "browser-only",
  resolveId(id, importer) {
    if (isBuiltin(id) || engines.has(id)) throw new Error(`${importer} imports ${id}, which no browser has`);
    return null;
  },
};

for (const [name, budget] of Object.entries(budgets)) {
  const { output } = await build({
    input: "entry",
    cwd: import.meta.dirname,
    write: false,
    platform: "browser",
    logLevel: "warn",
    resolve: { conditionNames: ["browser", "import", "default"] },
    output: { minify: true, codeSplitting: false },
    plugins: [browserOnly, entry(name)],
  });
  const [chunk] = output;
  const size = brotliCompressSync(chunk.code).length;
  const over = size > budget;
  console.log(`${name.padEnd(12)} ${String(size).padStart(7)} B brotli of ${budget} ${over ? "OVER" : "ok"}`);
  if (over) process.exitCode = 1;
}
