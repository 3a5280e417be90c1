// A user's first minute with each adapter: npm installs one tarball into an empty folder, and one import does the rest.
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchChromium } from "../browsers.mjs";
import { bundleProgram, installAlone, lowestNode, lowestNodeVersion, pack, runProgram } from "../packed.mjs";

const parent = mkdtempSync(join(tmpdir(), "cache-packed-"));
let tarballs: Awaited<ReturnType<typeof pack<"core" | "lmdb" | "sqlite" | "idb">>>;
let oldNode: string | undefined;

// A whole Node comes over the network, once.
const SETUP_MS = 600_000;

beforeAll(async () => {
  [tarballs, oldNode] = await Promise.all([pack(["core", "lmdb", "sqlite", "idb"], parent), lowestNode()]);
}, SETUP_MS);
afterAll(() => rmSync(parent, { recursive: true, force: true }));

/** Sets, reads, closes, reopens and reads again, through both faces, and prints what it read. */
const nodeProgram = (adapter: string): string =>
  `
import { openCache, openCacheSync } from "${adapter}";

const read = [];
let cache = await openCache({ path: "./async.cache" });
await cache.set(["users", 1], { name: "Ada", born: new Date(0) });
read.push(await cache.get(["users", 1]), await cache.get(["users", 2]));
await cache.close();
cache = await openCache({ path: "./async.cache" });
read.push(await cache.get(["users", 1]));
await cache.close();

let now = openCacheSync({ path: "./sync.cache" });
now.set(["users", 1], { name: "Ada", born: new Date(0) });
read.push(now.get(["users", 1]));
now.close();
now = openCacheSync({ path: "./sync.cache" });
read.push(now.get(["users", 1]));
now.close();
console.log(JSON.stringify(read.map((value) => value ?? "missing")));
`;

/** Writes until SQLite's log is long, and prints what the thread that writes it back tells. */
const threadProgram = `
import { openCacheSync } from "@cache/sqlite";

const tried = new Promise((resolve) => {
  process.once("worker", (thread) => {
    thread.once("message", resolve).once("error", resolve);
    thread.ref();
  });
});
const cache = openCacheSync({ path: "./long.cache" });
for (let at = 0; at < 80; at++) cache.setMany(Array.from({ length: 64 }, (_, row) => [row, "x".repeat(8000) + at]));
console.log(JSON.stringify(await tried));
cache.close();
`;

describe.each(["lmdb", "sqlite"] as const)("@cache/%s from its tarball", (name) => {
  const ada = { name: "Ada", born: "1970-01-01T00:00:00.000Z" };
  const nodes = { "this Node": () => process.execPath, [`Node ${lowestNodeVersion}`]: () => oldNode };

  test.for(Object.entries(nodes))("keeps values on %s", async ([, find], { skip }) => {
    const node = find() ?? skip(`npm has no Node ${lowestNodeVersion} for ${process.platform}`);
    const folder = await installAlone(name, tarballs, parent);
    const printed = await runProgram(node, nodeProgram(`@cache/${name}`), folder);
    expect(JSON.parse(printed)).toEqual([ada, "missing", ada, ada, ada]);
    if (name !== "sqlite") return;
    // That many pages make a long log.
    const { written } = JSON.parse(await runProgram(node, threadProgram, folder)) as { readonly written: number };
    expect(written).toBeGreaterThan(8192);
  });
});

test("@cache/idb from its tarball, bundled, keeps values in Chromium", async () => {
  const folder = await installAlone("idb", tarballs, parent);
  const program = `
    import { openCache } from "@cache/idb";

    globalThis.step = async (write) => {
      const cache = await openCache({ name: "users" });
      if (write) await cache.set(["users", 1], { name: "Ada", born: new Date(0) });
      const read = [await cache.get(["users", 1]), await cache.get(["users", 2])];
      await cache.close();
      return JSON.stringify(read.map((value) => value ?? "missing"));
    };
  `;
  const code = await bundleProgram(program, folder);
  const server = createServer((request, response) => {
    const script = request.url === "/program.js";
    response.setHeader("content-type", script ? "text/javascript" : "text/html");
    response.end(script ? code : '<!doctype html><title>user</title><script type="module" src="/program.js"></script>');
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("the server has no port");
    const url = `http://127.0.0.1:${address.port}/`;
    const kept = '[{"name":"Ada","born":"1970-01-01T00:00:00.000Z"},"missing"]';
    await page.goto(url);
    expect(await page.evaluate("step(true)")).toBe(kept);
    await page.goto(url);
    expect(await page.evaluate("step(false)")).toBe(kept);
  } finally {
    await browser.close();
    server.close();
  }
});
