import { table } from "@cache/core";
import { equal, ok, throwsCode } from "../assert.ts";
import { bounded } from "../bounded-words.ts";
import type { AnyCache, CacheContext } from "../cache-context.ts";
import { exported, inMemory } from "../copies.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { collect } from "../turns.ts";

const unbounded = { tables: { words: table<string, string>()() } };

/** Rows of which one is too large for the tables below, as chunks of an export. */
async function chunksOf(context: Pick<CacheContext, "face" | "clock">): Promise<Uint8Array[]> {
  const memory: AnyCache<typeof unbounded.tables> = await inMemory(context, unbounded);
  await memory.tables.words.setMany([
    ["a", "fits"],
    ["b", "x".repeat(2000)],
    ["c", "fits"],
  ]);
  const chunks = await exported(memory);
  await memory.close();
  return chunks;
}

/** The same rows in their second version, in which those that are marked become too large. */
const grown = (tooLarge: "throw" | "skip") =>
  ({
    tables: {
      words: table<string, string>()({
        maxBytes: 1000,
        tooLarge,
        version: 2,
        migrate: { 2: { up: (word) => (word === "grows" ? "x".repeat(2000) : word) } },
      }),
    },
  }) as const;

/** Entries that alone are larger than a budget, however they come. */
export const evictionTooLargeSuite: readonly CacheScenario[] = [
  cacheScenario(
    "eviction-too-large/import",
    "an import refuses an entry that is larger than the whole budget, and what was there stays",
    async (context) => {
      const { root, tables } = context;
      await tables.words.setMany(["b", "z"].map((key) => [key, key]));
      const chunks = await chunksOf(context);
      await throwsCode("CACHE_TOO_LARGE", () => root.import(chunks));
      equal(await collect(tables.words.keys()), ["b", "z"]);
    },
    bounded({ maxBytes: 1000 }),
  ),

  cacheScenario(
    "eviction-too-large/import-skipped",
    "or, by option, leaves it out, and what was there, which is out of date, goes",
    async (context) => {
      const { root, tables } = context;
      await tables.words.setMany(["b", "z"].map((key) => [key, key]));
      const told: unknown[] = [];
      tables.words.on("remove", ({ key, cause }) => told.push([cause, key]));
      const { entries, skipped } = await root.import(await chunksOf(context));
      equal([entries, skipped], [2, 1], "what is told");
      equal(await collect(tables.words.keys()), ["a", "c", "z"], "the keys");
      equal(told, [["evict", "b"]], "the removals");
      equal((await tables.words.stats()).evictions, 1, "the evictions counted");
    },
    bounded({ maxBytes: 1000, tooLarge: "skip" }),
  ),

  cacheScenario(
    "eviction-too-large/migrated",
    "a row that its migration makes too large pushes out no others: it stays as it was, or goes",
    async (context) => {
      await context.tables.words.setMany([
        ["a", "small"],
        ["b", "grows"],
        ["c", "small"],
      ]);
      const refusing = await context.reopen(grown("throw"));
      const errors: unknown[] = [];
      refusing.tables.words.on("error", ({ error }) => errors.push(error));
      equal((await refusing.tables.words.get("b"))?.length, 2000, "what a read gives");
      equal(await refusing.tables.words.size, 3, "the size after a read");
      ok(errors.length > 0, "listeners to hear of it");
      await throwsCode("CACHE_TOO_LARGE", () => refusing.root.migrate());
      equal(await refusing.tables.words.size, 3, "the size after a migration that was refused");
      const skipping = await context.reopen(grown("skip"));
      const told: unknown[] = [];
      skipping.tables.words.on("remove", ({ key, cause }) => told.push([cause, key]));
      await skipping.root.migrate();
      equal(await collect(skipping.tables.words.keys()), ["a", "c"], "the keys after a migration");
      equal(told, [["evict", "b"]], "the removals");
    },
    { options: unbounded, requires: ["reopens"] },
  ),
];
