import { equal, ok, throwsCode } from "../assert.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { asyncUserSchema, deferredSchema, userSchema } from "../user-schema.ts";
import { collect } from "../turns.ts";

const ada = { name: "Ada", age: 36 };

/** Schemas: what values must satisfy. */
export const schemaSuite: readonly CacheScenario[] = [
  cacheScenario(
    "schema/accepts",
    "what the schema accepts is stored as the schema made it",
    async ({ cache }) => {
      await cache.set("a", { name: " Ada ", age: 36 });
      await cache.setMany([["b", { name: "Bob" }]]);
      equal(await cache.get("a"), ada, "the trimmed value");
      equal(await cache.get("b"), { name: "Bob", age: 0 }, "the value with a default");
    },
    { options: { schema: userSchema } },
  ),

  cacheScenario(
    "schema/refuses",
    "what the schema refuses isn't stored; the error names the issues, not the value",
    async ({ cache }) => {
      await cache.set("a", ada);
      const error = await throwsCode("CACHE_SCHEMA_INVALID", () => cache.set("a", { name: "secret", age: "wrong" }));
      equal([...error.issues], [{ path: ["age"], message: "must be a number" }], "the issues");
      ok(!error.message.includes("secret") && error.message.includes("age"), "a message that names the field and no value");
      await throwsCode("CACHE_SCHEMA_INVALID", () => cache.set("a", 5));
      equal(await cache.get("a"), ada, "the old value");
    },
    { options: { schema: userSchema } },
  ),

  cacheScenario(
    "schema/set-many",
    "setMany with one refused value stores nothing",
    async ({ cache }) => {
      await cache.set("a", ada);
      await throwsCode("CACHE_SCHEMA_INVALID", () =>
        cache.setMany([
          ["a", { name: "New" }],
          ["b", { name: 5 }],
        ]),
      );
      equal(await collect(cache.entries()), [["a", ada]]);
    },
    { options: { schema: userSchema } },
  ),

  cacheScenario(
    "schema/event",
    "listeners of set get what was stored",
    async ({ cache }) => {
      const told: unknown[] = [];
      cache.on("set", ({ value }) => told.push(value));
      await cache.set("a", { name: " Ada ", age: 36 });
      equal(told, [ada]);
    },
    { options: { schema: userSchema } },
  ),

  cacheScenario(
    "schema/async",
    "a schema may take its time",
    async ({ cache }) => {
      await cache.set("a", { name: " Ada ", age: 36 });
      equal(await cache.get("a"), ada);
      await throwsCode("CACHE_SCHEMA_INVALID", () => cache.set("a", { name: 5 }));
      await throwsCode("CACHE_SCHEMA_INVALID", () =>
        cache.setMany([
          ["a", { name: "New" }],
          ["b", {}],
        ]),
      );
      equal(await collect(cache.entries()), [["a", ada]], "the entries");
    },
    { options: { schema: asyncUserSchema }, requires: ["async"] },
  ),

  cacheScenario(
    "schema/async-reads-own-writes",
    "a read sees the set called before it though its value is still being validated",
    async ({ cache }) => {
      const written = cache.set("a", { name: "Ada", age: 36 });
      equal([await cache.get("a"), await cache.size], [ada, 1], "value and size");
      await written;
    },
    { options: { schema: asyncUserSchema }, requires: ["async"] },
  ),

  cacheScenario(
    "schema/async-order",
    "writes take effect in the order of the calls, however long their values take to validate",
    async ({ cache }) => {
      const last = { name: "Last", age: 1 };
      // The schema takes as many turns as it is told.
      await Promise.all([cache.set("a", { name: "First", turns: 5 }), cache.set("a", { ...last, turns: 0 })]);
      equal(await cache.get("a"), last, "the value set last");
      await Promise.all([cache.set("b", { name: "Bob", turns: 3 }), cache.delete("b")]);
      equal(await cache.get("b"), undefined, "the value set and then deleted");
      await Promise.all([cache.set("c", { name: "Cleo", turns: 3 }), cache.clear(), cache.set("d", { ...last, turns: 1 })]);
      equal(await collect(cache.entries()), [["d", last]], "the entries after a clear in between");
    },
    { options: { schema: deferredSchema }, requires: ["async"] },
  ),

  cacheScenario(
    "schema/async-on-sync",
    "a schema that validates asynchronously is refused on the synchronous face",
    async ({ cache }) => {
      await throwsCode("CACHE_UNSUPPORTED", () => cache.set("a", ada));
      equal(cache.get("a"), undefined, "the value");
    },
    { options: { schema: asyncUserSchema }, requires: ["sync"] },
  ),

  cacheScenario(
    "schema/on-read",
    "with validateOnRead a stored value that the schema refuses is an error; without it, it is given",
    async (context) => {
      await context.cache.setMany([
        ["good", ada],
        ["bad", { name: 5 }],
      ]);
      let { cache } = await context.reopen({ schema: userSchema });
      equal(await cache.get("bad"), { name: 5 }, "the value read without validation");
      ({ cache } = await context.reopen({ schema: userSchema, validateOnRead: true }));
      equal(await cache.get("good"), ada, "a good value");
      await throwsCode("CACHE_SCHEMA_INVALID", () => cache.get("bad"), "get");
      await throwsCode("CACHE_SCHEMA_INVALID", () => collect(cache.values()), "an iteration");
      equal([await cache.has("bad"), await collect(cache.keys())], [true, ["bad", "good"]], "has and keys, which read no values");
    },
    { requires: ["reopens"] },
  ),

  cacheScenario(
    "schema/on-read-async",
    "validation on read may take its time, too",
    async (context) => {
      await context.cache.setMany([
        ["good", ada],
        ["bad", { name: 5 }],
      ]);
      const { cache } = await context.reopen({ schema: asyncUserSchema, validateOnRead: true });
      equal(await cache.getMany(["good", "x"]), [ada, undefined]);
      await throwsCode("CACHE_SCHEMA_INVALID", () => cache.getMany(["good", "bad"]), "getMany");
      equal(await collect(cache.values({ gte: "good" })), [ada], "an iteration over good values");
    },
    { requires: ["reopens", "async"] },
  ),
];
