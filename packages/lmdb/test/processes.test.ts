import { lmdbStore, openCache } from "@cache/lmdb";
import { type ChildProcess, execFile, fork } from "node:child_process";
import { on, once } from "node:events";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { TestFolder } from "./folder.ts";
import { batchOf, set, TABLE, usageTwice, valueOf } from "./rows.ts";

const options = { execArgv: ["--conditions=@cache/source"], execPath: process.execPath };

function startWriter(path: string, number: number, rounds: number): ChildProcess {
  return fork(new URL("writer.ts", import.meta.url), [path, String(number), String(rounds)], options);
}

async function ended(child: ChildProcess): Promise<unknown> {
  return child.exitCode ?? child.signalCode ?? (await once(child, "exit"))[0];
}

/** The rounds that a writer tells that it is done with. */
async function* roundsOf(child: ChildProcess): AsyncGenerator<number> {
  for await (const [message] of on(child, "message") as AsyncIterable<unknown[]>)
    if (typeof message === "object" && message !== null && "round" in message) yield Number(message.round);
}

/** Settles once a writer has told that it is past a round. */
async function isPast(child: ChildProcess, last: number): Promise<void> {
  for await (const round of roundsOf(child)) if (round >= last) return;
}

/** The default table and the system's: what is kept of their usage must agree with their rows. */
async function expectExactUsage(path: string): Promise<void> {
  const store = lmdbStore({ path });
  store.open();
  for (const table of [0, 1]) {
    const { kept, counted } = await usageTwice(store, table);
    expect(kept, `the usage of table ${table}`).toEqual(counted);
  }
  await store.close();
}

test("four processes write at once, and none loses anything", async () => {
  using folder = new TestFolder({ onDisk: true });
  const path = folder.in("cache");
  const rounds = 40;
  const writers = [0, 1, 2, 3].map((number) => startWriter(path, number, rounds));
  expect(await Promise.all(writers.map(ended))).toEqual([0, 0, 0, 0]);

  await using cache = await openCache<{ writer: string; round: number; text: string }>({ path });
  // Each round leaves ten keys, less the one that the next deletes.
  const own = 4 * (rounds * 10 - (rounds - 1));
  expect([await cache.size, await cache.namespace("own").size, await cache.namespace("shared").size]).toEqual([own + rounds, own, rounds]);
  for (const number of ["0", "1", "2", "3"])
    for (let round = 0; round < rounds; round++)
      expect(await cache.get(["own", number, round, 9])).toEqual({ writer: number, round, text: "x".repeat((round * 37) % 500) });
  for (let round = 0; round < rounds; round++) expect(await cache.get(["shared", round])).toMatchObject({ round });
  expect((await cache.stats()).entries).toBe(own + rounds);
  await expectExactUsage(path);
});

test("processes that come and go cost one that goes on writing nothing", async () => {
  using folder = new TestFolder();
  const path = folder.in("cache");
  await using cache = await openCache<number>({ path, sweepInterval: false });
  const left = new Set([1, 2, 3]);
  const visits = Array.from(left, async (visitor) => {
    for (let visit = 0; visit < 5; visit++) expect(await ended(startWriter(path, visitor * 10 + visit, 1))).toBe(0);
    left.delete(visitor);
  });
  const visited = Promise.all(visits).finally(() => left.clear());
  let written = 0;
  // Each is a commit of its own.
  while (left.size > 0) await cache.set(["mine", written++], written);
  await visited;
  for (let at = 0; at < written; at++) expect(await cache.get(["mine", at]), `commit ${at} of ${written}`).toBe(at + 1);
  expect(await cache.namespace("own").size).toBe(15 * 10);
  await expectExactUsage(path);
});

test("a process killed while it writes leaves whole commits, and the others go on", async () => {
  using folder = new TestFolder({ onDisk: true });
  const path = folder.in("cache");
  const rounds = 40;
  const doomed = [10, 11].map((number) => startWriter(path, number, 0));
  const survivors = [0, 1].map((number) => startWriter(path, number, rounds));
  const killed = doomed.map(async (child) => {
    await isPast(child, 5);
    child.kill("SIGKILL");
  });
  await Promise.all(killed);
  expect(await Promise.all(survivors.map(ended))).toEqual([0, 0]);
  await Promise.all(doomed.map(ended));

  await using cache = await openCache<{ writer: string; round: number }>({ path });
  expect(await cache.namespace("own", "0").size).toBe(rounds * 10 - (rounds - 1));
  expect(await cache.namespace("own", "1").size).toBe(rounds * 10 - (rounds - 1));
  for (const number of ["10", "11"]) {
    // What a killed process was told is written is there; its last commit is there as a whole or not at all.
    const left = await cache.namespace("own", number).size;
    expect(left).toBeGreaterThanOrEqual(6 * 9 + 1);
    expect(left % 9).toBe(1);
  }
  await cache.set("still", { writer: "test", round: 0 });
  await expectExactUsage(path);
});

test("a commit that has settled outlives the process's sudden end", async () => {
  using folder = new TestFolder({ onDisk: true });
  const path = folder.in("cache");
  const writer = startWriter(path, 7, 0);
  await isPast(writer, 0);
  writer.kill("SIGKILL");
  await ended(writer);
  await using cache = await openCache<{ round: number }>({ path });
  expect(await cache.get(["own", "7", 0, 9])).toMatchObject({ round: 0 });
});

test("when all reader slots are taken, opening is CACHE_LOCKED", async () => {
  using folder = new TestFolder();
  const path = folder.in("cache");
  await using cache = await openCache({ path, maxReaders: 1 });
  expect(await cache.get("a")).toBeUndefined();
  const program = `
    import { openCache } from "@cache/lmdb";
    process.stdout.write(await openCache({ path: process.argv[1] }).then(() => "opened", (error) => error.code));
  `;
  const { stdout } = await promisify(execFile)(process.execPath, [...options.execArgv, "--input-type=module", "-e", program, path], {
    cwd: import.meta.dirname,
  });
  expect(stdout).toBe("CACHE_LOCKED");
  await cache.set("a", 1);
  expect(await cache.get("a")).toBe(1);
});

test("a turn after another process's commit, it is seen", async () => {
  using folder = new TestFolder();
  const path = folder.in("cache");
  const store = lmdbStore({ path });
  store.open();
  store.commitSync(batchOf(set("mine", "1", { table: TABLE + 1 })));
  await using cache = await openCache<{ round: number }>({ path });
  const writer = startWriter(path, 0, 30);
  // Whenever a message comes, there have been reads a moment before.
  for await (const round of roundsOf(writer)) {
    await new Promise(setImmediate);
    expect(await cache.get(["own", "0", round, 9])).toMatchObject({ round });
    expect(valueOf(store, "nothing")).toBeUndefined();
    if (round === 29) break;
  }
  expect(await ended(writer)).toBe(0);
  await store.close();
});
