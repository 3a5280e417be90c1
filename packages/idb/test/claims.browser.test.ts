import { memoryStore } from "@cache/core/memory";
import type { Batch, Check, CommitResult, IndexEntry, Operation, RangeQuery, Store, SyncStore } from "@cache/core/spi";
import { idbStore } from "@cache/idb";
import { expect, test } from "vitest";

const BATCHES = 250;
const UNIQUE = 16;
const ORDER = 1;

/** Numbers from 0 to below 1, the same in every run. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Operations with the checks that belong to each, by a clock that also jumps back. */
interface Step {
  readonly now: number;
  readonly parts: readonly { readonly checks: readonly Check[]; readonly operation: Operation }[];
}

function unique(line: string): IndexEntry {
  return { index: UNIQUE, bytes: bytes(line), isUnique: true };
}

/** A step of a random history: few rows that are after few entries, and now and then many new rows. */
function stepOf(random: () => number, round: number): Step {
  const below = (number: number): number => Math.floor(random() * number);
  const now = 1000 + round + below(12);
  const deadline = (): number => (below(3) === 0 ? now - 1 + below(12) : Infinity);
  const set = (name: string, lines: readonly string[], isChecked: boolean): Step["parts"][number] => {
    const key = bytes(name);
    const entries = [...new Set(lines)].map(unique);
    const operation: Operation = {
      type: "set",
      table: 1,
      key,
      value: bytes(`${round}`),
      expiresAt: deadline(),
      entries: [...entries, { index: ORDER, bytes: bytes(`${below(5)}`) }],
    };
    const checks = entries.map(({ index, bytes: entry }): Check => ({ type: "unique", table: 1, index, bytes: entry, key }));
    return { checks: isChecked ? checks : [], operation };
  };
  const part = (): Step["parts"][number] => {
    const name = `${below(6)}`;
    const lines = Array.from({ length: below(3) }, () => `line ${below(5)};`);
    const key = bytes(name);
    const kind = below(14);
    if (kind === 0) return { checks: [], operation: { type: "touch", table: 1, key, expiresAt: deadline(), indexes: [], entries: [] } };
    if (kind === 1)
      return { checks: [], operation: { type: "touch", table: 1, key, indexes: [UNIQUE], entries: [...new Set(lines)].map(unique) } };
    if (kind < 4) return { checks: [], operation: { type: "delete", table: 1, key } };
    if (kind === 4) return { checks: [], operation: { type: "deleteRange", table: 1, gte: key } };
    if (kind === 5) return { checks: [], operation: { type: "trim", tables: [1], index: ORDER, maxEntries: below(6), limit: 3 } };
    return set(name, lines, kind !== 6);
  };
  const parts = Array.from({ length: 1 + below(4) }, part);
  if (below(12) === 0)
    for (let at = 0; at < 70; at++) parts.push(set(`new ${round} ${at}`, [below(100) === 0 ? "line 1;" : `${round} ${at};`], true));
  return { now, parts };
}

/** What a commit tells, versions aside. */
function outcomeOf(result: CommitResult): unknown {
  return result.ok ? [result.counts, result.trimmed.map(({ rows }) => rows.map(({ key }) => String(key)))] : result.failed;
}

/** Carries a batch out in memory, if need be one operation after the other: those before a set may have given its entries up. */
function outcomeInMemory(memory: SyncStore, batch: Batch, parts: Step["parts"], found: CommitResult): unknown {
  const result = memory.commitSync(batch);
  if (result.ok || !found.ok) return outcomeOf(result);
  const results = parts.map(({ checks, operation }) => memory.commitSync({ now: batch.now, checks, operations: [operation] }));
  return results.every(({ ok }) => ok) ? outcomeOf(found) : results;
}

/** What is in a store, versions aside. */
async function contents(store: Store): Promise<unknown> {
  const { rows } = await store.range(1, { limit: 10_000 });
  const byIndex = await store.range(1, { index: UNIQUE, limit: 10_000 });
  const { entries, bytes: size } = await store.usage(1);
  return {
    rows: rows.map(({ key, stored }) => [
      String(key),
      String(stored?.value),
      stored?.expiresAt,
      stored?.entries.map(({ index, bytes: entry }) => `${index} ${String(entry)}`).toSorted(),
    ]),
    byIndex: byIndex.rows.map(({ key, entry }) => [String(entry), String(key)]),
    entries,
    size,
  };
}

/** Pages of the unique index within random bounds, forth and back, of all rows and of live ones. */
async function pagesOf(store: Store, seed: number, now: number): Promise<unknown> {
  const random = randomFrom(seed);
  const below = (number: number): number => Math.floor(random() * number);
  const told: unknown[] = [];
  for (let at = 0; at < 4; at++) {
    const bound = (): Uint8Array | undefined =>
      [undefined, bytes(`line ${below(5)};`), bytes(`line ${below(5)};${below(6)}`), bytes(`line ${below(5)}`)][below(4)];
    const near = below(5);
    // Bounds next to each other, too.
    const [low, high] = below(4) === 0 ? [bytes(`line ${near}`), bytes(`line ${near + 1}`)] : [bound(), bound()];
    const reverse = below(2) === 0;
    let query: RangeQuery = {
      index: UNIQUE,
      isUnique: below(2) === 0 ? true : undefined,
      ...(below(2) === 0 ? { gt: low } : { gte: low }),
      ...(below(2) === 0 ? { lt: high } : { lte: high }),
      reverse,
      limit: 1 + below(3),
      keysOnly: below(3) === 0,
      liveAt: below(2) === 0 ? now : undefined,
    };
    const [asked, rows]: [RangeQuery, unknown[]] = [query, []];
    for (;;) {
      const page = await store.range(1, query);
      for (const { key, entry, stored } of page.rows) rows.push([String(entry), String(key), String(stored?.value)]);
      if (!page.next) break;
      query = { ...query, ...(reverse ? { lt: page.next, lte: undefined } : { gt: page.next, gte: undefined }) };
    }
    told.push({ asked, rows });
  }
  return told;
}

test.concurrent.each([1, 2, 3, 4])(
  "random batches after the same entries do in the database what they do in memory (seed %i)",
  async (seed) => {
    const random = randomFrom(seed);
    const memory = memoryStore();
    const store = idbStore({ name: `claims ${crypto.randomUUID()}` });
    memory.open();
    await store.open();
    for (let round = 0; round < BATCHES; round++) {
      const { now, parts } = stepOf(random, round);
      const batch: Batch = { now, checks: parts.flatMap(({ checks }) => checks), operations: parts.map(({ operation }) => operation) };
      const found = await store.commit(batch);
      const inMemory = { round, outcome: outcomeInMemory(memory, batch, parts, found), contents: await contents(memory) };
      expect({ round, outcome: outcomeOf(found), contents: await contents(store) }).toEqual(inMemory);
      const bySeed = seed * BATCHES + round;
      expect(await pagesOf(store, bySeed, now)).toEqual(await pagesOf(memory, bySeed, now));
    }
    await store.destroy();
  },
);

test.each([
  ["claims without entries", { row: Uint8Array.of(4, 0, 0, 0, 0, 0, 1, 65), lines: [], claims: [] }],
  ["no key of its own, though it claims", { row: Uint8Array.of(6, 0, 0, 0, 0, 0, 1, 0, 9, 65), lines: [], claims: [] }],
  ["claims that aren't there", { row: Uint8Array.of(6, 0, 0, 0, 0, 0, 1, 0, 1, 75, 65), lines: [] }],
])("a row with %s is CACHE_CORRUPT", async (_, record) => {
  const name = `claims ${crypto.randomUUID()}`;
  const store = idbStore({ name });
  await store.open();
  const opening = indexedDB.open(name);
  const database = await new Promise<IDBDatabase>((resolve) => opening.addEventListener("success", () => resolve(opening.result)));
  const transaction = database.transaction("rows", "readwrite");
  transaction.objectStore("rows").put(record, Uint8Array.of(0, 1, 75));
  await new Promise((resolve) => transaction.addEventListener("complete", resolve));
  database.close();
  const entries = async (): Promise<unknown> => (await store.get(1, bytes("K")))?.entries;
  await expect(entries()).rejects.toMatchObject({ code: "CACHE_CORRUPT" });
  await store.destroy();
});
