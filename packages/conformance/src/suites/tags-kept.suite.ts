import { table, type TableDefinition, type TypesOf } from "@cache/core";
import { equal, throwsType } from "../assert.ts";
import { exported, inMemory, onEachRoute } from "../copies.ts";
import { files, type FileV3, split, v1, v3 } from "../file-versions.ts";
import { gathered, got, inTransaction } from "../in-transaction.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { collect, until } from "../turns.ts";

const words = table<string, string>()();
type WordTypes = TypesOf<typeof words>;
const typed: { readonly options: { readonly tables: { readonly words: TableDefinition<WordTypes> } } } = { options: { tables: { words } } };
const versioned = { options: { tables: { files: v1 } }, requires: ["reopens"] } as const;

/** Tags in transactions and one-shot commits, and through all that rewrites rows for another reason. */
export const tagsKeptSuite: readonly CacheScenario[] = [
  cacheScenario("tags/transaction", "a transaction sees the tags it has written itself", async (context) => {
    const { cache } = context;
    await cache.setMany([
      ["a", 1, { tags: ["t"] }],
      ["b", 2, { tags: ["t"] }],
      ["c", 3, { tags: ["u"] }],
    ]);
    const told: unknown[] = [];
    cache.on("delete", ({ key }) => told.push(key));
    await inTransaction(context, function* ({ cache: inside }) {
      yield* got(inside.set("a", 10));
      yield* got(inside.set("d", 4, { tags: ["t", "u"] }));
      equal((yield* got(inside.getEntry("d")))?.tags, ["t", "u"], "the tags of its own entry");
      equal(yield* gathered(inside.keys({ tag: "t" })), ["b", "d"], "the keys by tag");
      equal(yield* got(inside.invalidateTag("t")), 2, "how many go");
      equal(yield* gathered(inside.keys()), ["a", "c"], "what is left");
      yield* got(inside.set("e", 5, { tags: ["t"] }));
      equal(yield* got(inside.expireTag("u")), 1, "how many expire");
      equal(yield* got(inside.invalidateTags(["u", "none"])), 0, "how many of those are left");
      equal(told, [], "what is told before the commit");
    });
    equal(
      await collect(cache.entries()),
      [
        ["a", 10],
        ["e", 5],
      ],
      "the entries",
    );
    equal(await collect(cache.keys({ tag: "t" })), ["e"], "the keys by tag");
    equal(told, ["b", "d"], "what is told");
  }),

  cacheScenario("tags/transaction-thrown", "a transaction that fails has invalidated nothing", async (context) => {
    const { cache } = context;
    await cache.set("a", 1, { tags: ["t"] });
    const failure = new Error("on purpose");
    const outcome = inTransaction(context, function* ({ cache: inside }) {
      yield* got(inside.invalidateTag("t"));
      throw failure;
    });
    equal(await outcome.catch((error: unknown) => error === failure), true, "the failure");
    equal(await collect(cache.keys({ tag: "t" })), ["a"], "the keys by tag");
  }),

  cacheScenario("tags/transaction-conflict", "what others tag meanwhile is a conflict: the transaction runs again", async (context) => {
    const { cache } = context;
    await cache.set("a", 1, { tags: ["t"] });
    const counts: number[] = [];
    await inTransaction(context, function* ({ cache: inside }) {
      counts.push(yield* got(inside.invalidateTag("t")));
      if (counts.length === 1) yield* got(cache.set("b", 2, { tags: ["t"] }));
    });
    equal(counts, [1, 2], "how many go in each run");
    equal(await cache.size, 0, "the size");
  }),

  cacheScenario(
    "tags/transaction-tables",
    "in a transaction, too, a tag is that of all declared tables, or of one",
    async (context) => {
      const { root, tables } = context;
      await root.setMany(
        Array.from({ length: 1500 }, (_, at) => [at, at]),
        { tags: ["t"] },
      );
      await tables.words.set("a", "a", { tags: ["t", "u"] });
      await tables.words.set("b", "b", { tags: ["v"] });
      await inTransaction(context, function* ({ transaction, tables: inside }) {
        yield* got(inside.words.set("c", "c", { tags: ["t"] }));
        equal(yield* got(inside.words.invalidateTag("u")), 1, "how many of the table go");
        equal(yield* got(transaction.invalidateTag("t")), 1501, "how many go");
        equal(yield* got(transaction.expireTag("v")), 1, "how many expire");
      });
      equal([await root.size, await tables.words.size], [0, 0], "the sizes");
    },
    typed,
  ),

  cacheScenario(
    "tags/atomic",
    "entries of a one-shot commit have tags",
    async ({ root, tables }) => {
      const commit = root
        .atomic()
        .set("a", 1, { tags: ["t"] })
        .set("b", 2);
      commit.tables.words.set("w", "w", { tags: ["t"], ttl: 50 });
      equal((await commit.commit()).ok, true, "the commit");
      equal((await tables.words.getEntry("w"))?.tags, ["t"], "a row's tags");
      // What the types forbid.
      const wrong = "t" as unknown as string[];
      await throwsType(() => root.atomic().set("c", 1, { tags: wrong }).commit());
      equal(await root.invalidateTag("t"), 2, "how many go");
      equal(await collect(root.keys()), ["b"], "what is left");
    },
    typed,
  ),

  cacheScenario(
    "tags/migrated",
    "rows keep their tags when they are migrated, be it read by read, all at once, or down",
    async (context) => {
      await context.tables.files.putMany(files(300), { tags: ["t", "u"] });
      const { root, tables } = await context.reopen({ tables: { files: v3 } });
      equal((await tables.files.getEntry(1))?.tags, ["t", "u"], "the tags of a row read");
      await tables.files.getMany([2, 3]);
      await until(async () => (await root.stats()).entries === 300, "the rows are written back");
      equal(await collect(tables.files.keys({ tag: "t", lt: 4 })), [0, 1, 2, 3], "the first keys by tag");
      await root.migrate();
      equal((await collect(tables.files.keys({ tag: "u" }))).length, 300, "the keys by tag once all are migrated");
      await root.migrate({ to: { files: 1 } });
      const first = await context.reopen({ tables: { files: v1 } });
      equal((await collect(first.tables.files.keys({ tag: "u" }))).length, 300, "the keys by tag once all are back");
      equal(await first.tables.files.invalidateTag("t"), 300, "how many go");
    },
    versioned,
  ),

  cacheScenario(
    "tags/index-built",
    "rows keep their tags while an index is built, and when one is dropped",
    async (context) => {
      const current = files(300).map(split);
      const plain = table<FileV3>()({ key: "id" });
      const first = await context.reopen({ tables: { files: plain } });
      await first.tables.files.putMany(current, { tags: ["t"] });
      const indexed = table<FileV3>()({ key: "id", indexes: { name: { on: "name" } } });
      const second = await context.reopen({ tables: { files: indexed } });
      equal(await second.tables.files.query().index("name").eq("n7").count(), 1, "what the index finds");
      const third = await context.reopen({ tables: { files: plain } });
      equal((await collect(third.tables.files.keys({ tag: "t" }))).length, 300, "the keys by tag");
    },
    { requires: ["reopens"], variants: ["fresh", "reopened"] },
  ),

  cacheScenario(
    "tags/recency",
    "rows keep their tags when reads of them are written down",
    async ({ root, tables }) => {
      await tables.words.setMany(
        ["a", "b", "c"].map((key) => [key, key]),
        { tags: ["t"] },
      );
      await tables.words.getMany(["a", "b"]);
      await root.flush();
      await tables.words.set("d", "d");
      equal(await collect(tables.words.keys()), ["a", "b", "d"], "what was read is kept");
      equal(await collect(tables.words.keys({ tag: "t" })), ["a", "b"], "the keys by tag");
    },
    { options: { tables: { words: table<string, string>()({ maxEntries: 3 }) } } },
  ),

  cacheScenario(
    "tags/transfer",
    "an export carries tags, and an import finds by them",
    async (context) => {
      await onEachRoute(
        context,
        typed.options,
        async (cache) => {
          await cache.setMany([
            ["a", 1, { tags: ["t"], ttl: 1000 }],
            ["b", 2],
          ]);
          await cache.tables.words.set("w", "w", { tags: ["é", "😀", "t"] });
        },
        async (cache, route) => {
          equal((await cache.tables.words.getEntry("w"))?.tags, ["t", "é", "😀"], `a row's tags, ${route}`);
          equal((await cache.getEntry("b"))?.tags, [], `those of an entry that has none, ${route}`);
          equal(await collect(cache.keys({ tag: "t" })), ["a"], `the keys by tag, ${route}`);
        },
      );
    },
    typed,
  ),

  cacheScenario(
    "tags/transfer-undeclared",
    "and so does one of a table that isn't declared where it arrives",
    async (context) => {
      const memory = await inMemory(context, typed.options);
      await memory.tables.words.set("w", "w", { tags: ["t"] });
      const chunks = await exported(memory);
      await memory.close();
      const { root } = await context.reopen({});
      await root.import(chunks);
      equal(await root.invalidateTag("t"), 0, "how many go of what isn't declared");
      const { tables } = await context.reopen(typed.options);
      equal(await tables.words.invalidateTag("t"), 1, "how many go once it is");
    },
    { ...typed, requires: ["reopens"] },
  ),
];
