import { openCache } from "@cache/sqlite";
import type { ChildProcess } from "node:child_process";
import { describe, expect, test } from "vitest";
import { audit } from "./audit.ts";
import { TestFolder } from "./folder.ts";
import { ended, ownValue, ROUNDS, startWriter, told } from "./writer.ts";

const WRITERS = [0, 1, 2, 3];

/** Starts four writers that open a new file at the same time, and lets them go once all are ready. */
async function startAll(path: string, toBeKilled: readonly number[] = []): Promise<ChildProcess[]> {
  const writers = WRITERS.map((writer) => startWriter(path, writer, toBeKilled.includes(writer)));
  await Promise.all(writers.map((writer) => told(writer, "open")));
  for (const writer of writers) writer.send("go");
  return writers;
}

async function listOf<T>(iteration: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const one of iteration) list.push(one);
  return list;
}

/** Checks what the writers that came to their end have left, and the file as a whole; gives the number of entries. */
async function check(path: string, survivors: readonly number[]): Promise<number> {
  await using cache = await openCache({ path });
  for (const writer of survivors) {
    const own = await listOf(cache.namespace("own", writer).values());
    expect(own).toEqual(Array.from({ length: ROUNDS }, (_, round) => ownValue(writer, round)));
    expect(await cache.namespace("short", writer).size).toBe(0);
  }
  // What was written together is there together, of a writer that died, too.
  for (const writer of WRITERS) expect(await cache.get(["pair", writer, 1])).toBe(await cache.get(["pair", writer, 2]));
  for (let at = 0; at < 10; at++) expect(await cache.get(["shared", at])).toMatchObject({ round: expect.any(Number) as number });
  const keys = await listOf(cache.keys());
  expect(await cache.size).toBe(keys.length);
  expect((await cache.stats()).entries).toBe(keys.length);
  await cache.close();
  const { kept, counted, strays, integrity } = audit(path);
  expect({ kept, strays, integrity }).toEqual({ kept: counted, strays: 0, integrity: "ok" });
  return keys.length;
}

describe("four processes that write to one file", () => {
  test("lose nothing, and count right", async () => {
    using folder = new TestFolder();
    const path = folder.in("cache.db");
    const writers = await startAll(path);
    const outcomes = await Promise.all(writers.map(ended));
    expect(outcomes).toEqual(WRITERS.map(() => ({ code: 0, signal: null })));
    expect(await check(path, WRITERS)).toBe(WRITERS.length * (ROUNDS + 2) + 10);
  });

  test("go on when one is killed in the middle", async () => {
    using folder = new TestFolder();
    const path = folder.in("cache.db");
    const writers = await startAll(path, [0]);
    const [victim, ...survivors] = writers;
    if (!victim) throw new Error("no writer was started");
    await told(victim, "half");
    victim.kill("SIGKILL");
    expect(await ended(victim)).toEqual({ code: null, signal: "SIGKILL" });
    expect(await Promise.all(survivors.map(ended))).toEqual(survivors.map(() => ({ code: 0, signal: null })));
    await check(path, [1, 2, 3]);
  });

  test("leave whole commits when all are killed", async () => {
    using folder = new TestFolder();
    const path = folder.in("cache.db");
    const writers = await startAll(path, WRITERS);
    await Promise.all(writers.map((writer) => told(writer, "half")));
    for (const writer of writers) writer.kill("SIGKILL");
    await Promise.all(writers.map(ended));
    await check(path, []);
  });
});
