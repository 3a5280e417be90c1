import { table } from "@cache/core";
import { equal, ok, throwsCode } from "../assert.ts";
import { exported, inMemory } from "../copies.ts";
import { ada, people } from "../people.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { collect } from "../turns.ts";

/** An export is of the whole cache: there is none of a namespace. */
const whole = { variants: ["fresh", "reopened"] } as const;

/** Which rows an import takes, what it tells, and how it ends. */
export const transferImportSuite: readonly CacheScenario[] = [
  cacheScenario(
    "transfer/expired",
    "what has expired isn't exported, and what has expired since isn't imported",
    async (context) => {
      const { root, clock } = context;
      await root.setMany([
        ["a", 1, { ttl: 10 }],
        ["b", 2, { ttl: 20 }],
        ["c", 3],
      ]);
      clock.advance(10);
      const chunks = await exported(root);
      const memory = await inMemory(context);
      equal(await memory.import(chunks), { tables: 1, entries: 2, skipped: 0 }, "what was exported");
      clock.advance(10);
      await root.clear();
      equal(await root.import(chunks), { tables: 1, entries: 1, skipped: 1 }, "what was imported");
      equal(await collect(root.keys()), ["c"], "the keys");
      await memory.close();
    },
    whole,
  ),

  cacheScenario(
    "transfer/on-conflict",
    'what is there already is replaced, or stays with onConflict: "skip"; an expired row doesn\'t count as there',
    async (context) => {
      const { root, clock } = context;
      await root.setMany([
        ["a", "new a"],
        ["b", "new b"],
        ["c", "new c"],
      ]);
      const chunks = await exported(root);
      const fill = async (): Promise<void> => {
        await root.clear();
        await root.setMany([
          ["a", "old a", { ttl: 100 }],
          ["b", "old b", { ttl: 10 }],
          ["d", "old d"],
        ]);
        clock.advance(10);
      };
      await fill();
      equal(await root.import(chunks, { onConflict: "skip" }), { tables: 1, entries: 2, skipped: 1 }, "what an import skips");
      equal(await collect(root.values()), ["old a", "new b", "new c", "old d"], "the values where rows were skipped");
      await fill();
      equal(await root.import(chunks), { tables: 1, entries: 3, skipped: 0 }, "what an import replaces");
      equal(await collect(root.values()), ["new a", "new b", "new c", "old d"], "the values where rows were replaced");
      equal((await root.getEntry("a"))?.expiresAt, undefined, "the deadline of what replaced a row with one");
    },
    whole,
  ),

  cacheScenario(
    "transfer/events",
    "an import counts as storing values and tells of them",
    async ({ root, tables }) => {
      await root.set("a", 1, { ttl: 1000 });
      await tables.people.put(ada);
      const chunks = await exported(root);
      const before = await root.stats();
      const told: unknown[] = [];
      const stops = [root.on("set", (event) => told.push(event)), tables.people.on("set", (event) => told.push(event))];
      await root.import(chunks);
      for (const stop of stops) stop();
      equal((await root.stats()).sets - before.sets, 2, "the values counted as stored");
      const { expiresAt } = (await root.getEntry("a")) ?? {};
      equal(
        told,
        [
          { key: "a", value: 1, expiresAt },
          { key: 1, value: ada, expiresAt: undefined },
        ],
        "the events",
      );
    },
    { options: { tables: { people } } },
  ),

  cacheScenario(
    "transfer/abort",
    "a signal ends an export and an import with its reason; what was imported until then stays",
    async (context) => {
      const { root } = context;
      await root.setMany(Array.from({ length: 2000 }, (_, at) => [at, "x".repeat(200)] as const));
      const chunks = await exported(root);
      const reason = new Error("enough");
      const exporting = new AbortController();
      let given = 0;
      const failure = await failureOf(async () => {
        for await (const chunk of root.export({ signal: exporting.signal })) {
          given += chunk.length > 0 ? 1 : 0;
          exporting.abort(reason);
        }
      });
      equal([given, failure === reason], [1, true], "the chunks given, and whether the reason was thrown");
      await root.clear();
      const importing = new AbortController();
      const source = (function* () {
        for (const [at, chunk] of chunks.entries()) {
          if (at === 3) importing.abort(reason);
          yield chunk;
        }
      })();
      const refused = await failureOf(async () => root.import(source, { signal: importing.signal }));
      ok(refused === reason, "the import to fail with the reason");
      const size = await root.size;
      ok(size > 0 && size < 2000, "some of the rows to be there");
      equal(
        await collect(root.keys()),
        Array.from({ length: size }, (_, at) => at),
        "the keys: the first ones",
      );
      await throwsCode("CACHE_CLOSED", async () => {
        const other = await inMemory(context);
        await other.close();
        await other.import(chunks);
      });
    },
    whole,
  ),

  cacheScenario(
    "transfer/bounded",
    "an import into a table with a budget keeps the budget",
    async (context) => {
      const memory = await inMemory(context, { tables: { words: table<string, number>()() } });
      await memory.tables.words.setMany(Array.from({ length: 700 }, (_, at) => [at, "x"]));
      const { root, tables } = context;
      await root.import(memory.export());
      await memory.close();
      equal(await collect(tables.words.keys()), [697, 698, 699], "the keys: the last ones");
      await tables.words.set(1, "x");
      equal(await collect(tables.words.keys()), [1, 698, 699], "the keys after another one");
    },
    { options: { tables: { words: table<string, number>()({ maxEntries: 3 }) } } },
  ),
];

async function failureOf(work: () => Promise<unknown>): Promise<unknown> {
  try {
    await work();
  } catch (error) {
    return error;
  }
  return undefined;
}
