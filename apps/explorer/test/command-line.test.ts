import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Cache } from "@cache/core";
import { openCache as openLmdb } from "@cache/lmdb";
import { openCache as openSqlite } from "@cache/sqlite";
import { expect, onTestFinished, test } from "vitest";
import { SampleFolder } from "./sample-folder.ts";

const main = join(import.meta.dirname, "../src/main.ts");

function sample(files: Readonly<Record<string, string>>): SampleFolder {
  const folder = new SampleFolder(files);
  mkdirSync(folder.outside("temporary"));
  onTestFinished(() => folder[Symbol.asyncDispose]());
  return folder;
}

/** Starts the explorer as `npm start` does, from the folder that the sample is in. */
function start(folder: SampleFolder, args: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, ["--conditions=@cache/source", main, ...args], {
    cwd: "/",
    env: { ...process.env, INIT_CWD: folder.outside("."), TMPDIR: folder.outside("temporary"), NODE_OPTIONS: "" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function end(child: ChildProcess): Promise<Outcome> {
  if (!child.stdout || !child.stderr) throw new Error("the child has no pipes");
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { code: typeof code === "number" ? code : null, stdout, stderr };
}

test("--json prints one document on stdout and nothing else, whatever is in the folder", async () => {
  const folder = sample({ "a/one": "1", "a/two": "22", top: "55555", empty: "" });
  folder.link("a/up", "..");
  folder.fifo("fifo");
  folder.write(folder.inBytes("a", 0xe9), "é in Latin-1");
  await folder.socket("socket");
  const { code, stdout, stderr } = await end(start(folder, ["folder", "--json"]));
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout.endsWith("}\n")).toBe(true);
  const row = {
    files: 5,
    directories: 2,
    bytesHashed: 8 + 13,
    coldMs: expect.any(Number),
    warmMs: expect.any(Number),
    equal: true,
    cacheBytesPerEntry: expect.any(Number),
    problems: [
      { path: String.raw`a/\xe9`, problem: "its name isn't UTF-8; it is kept byte by byte" },
      { path: "a/up", problem: "it is a link that leads back to a folder it is in; not followed" },
      { path: "fifo", problem: "it is a fifo; never opened" },
      { path: "socket", problem: "it is a socket; never opened" },
    ],
  };
  expect(JSON.parse(stdout)).toEqual({
    folder: folder.path,
    stores: ["lmdb", "sqlite", "memory"].map((store) => ({ store, ...row })),
  });
  expect(readdirSync(folder.outside("temporary"))).toEqual([]);
});

test("wrong arguments end with 2, and say so on stderr alone", async () => {
  const folder = sample({});
  const { code, stdout, stderr } = await end(start(folder, ["nowhere"]));
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain(`there is no folder ${folder.outside("nowhere")}`);
});

const openers = {
  lmdb: (path: string): Promise<Cache> => openLmdb({ path }),
  sqlite: (path: string): Promise<Cache> => openSqlite({ path }),
};

/** Waits until a cache that another process writes has so many entries. */
async function untilThereAre(entries: number, store: keyof typeof openers, path: string): Promise<void> {
  await using cache = await openers[store](path);
  while ((await cache.size) < entries) await nextTurn();
}

test.each([
  ["lmdb", "SIGINT"],
  ["sqlite", "SIGTERM"],
] as const)("with %s, %s in the middle keeps what is done, and the next run goes on", async (store, signal) => {
  const count = 1200;
  const folder = sample(Object.fromEntries(Array.from({ length: count }, (_, at) => [`f${1000 + at}`, "content"])));
  // As large as nothing that could be read before the signal comes, and takes no room on the disk.
  folder.write("z-endless", "");
  truncateSync(folder.in("z-endless"), 2 ** 42);
  const args = ["folder", "--store", store, "--cache", "kept"];
  const child = start(folder, args);
  const ended = end(child);
  // Then two batches are in the cache, and all else is on its way.
  await Promise.race([untilThereAre(1001, store, folder.outside("kept")), ended]);
  child.kill(signal);
  const { code, stdout, stderr } = await ended;
  expect(code).toBe(130);
  expect(stdout).toBe(`Indexing ${folder.path}\n\n`);
  const [, kept = ""] =
    new RegExp(`^Interrupted: ([\\d,]+) entries were in the ${store} cache\\. They are kept in (.*)\n`).exec(stderr) ?? [];
  const entries = Number(kept.replace(",", ""));
  expect(entries).toBeGreaterThanOrEqual(1000);
  expect(entries).toBeLessThanOrEqual(count + 1);
  expect(stderr).toContain(`To go on: npm start -- folder --store ${store} --cache ${folder.outside("kept")}\n`);

  truncateSync(folder.in("z-endless"), 10);
  const again = await end(start(folder, [...args, "--json"]));
  expect(again).toMatchObject({ code: 0, stderr: "" });
  expect(JSON.parse(again.stdout).stores[0]).toMatchObject({
    files: count + 1,
    bytesHashed: 10 + (count + 1 - entries) * "content".length,
    equal: true,
  });
});
