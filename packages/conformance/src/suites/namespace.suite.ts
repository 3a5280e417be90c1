import { equal } from "../assert.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { collect } from "../turns.ts";

/** Namespaces: the entries whose keys begin with some parts and go on. */
export const namespaceSuite: readonly CacheScenario[] = [
  cacheScenario(
    "namespace/same-data",
    "a namespace and its parent show the same entries under shorter and longer keys",
    async ({ cache }) => {
      const clients = cache.namespace("clients");
      await clients.set(42, "in");
      await cache.set(["clients", 43], "out");
      equal([await cache.get(["clients", 42]), await clients.get(43)], ["in", "out"]);
      equal(
        await collect(clients.entries()),
        [
          [42, "in"],
          [43, "out"],
        ],
        "the namespace's entries",
      );
      equal(
        await collect(cache.keys()),
        [
          ["clients", 42],
          ["clients", 43],
        ],
        "the parent's keys",
      );
    },
  ),

  cacheScenario("namespace/own-prefix", "the key that equals the prefix is the parent's alone", async ({ cache }) => {
    const inner = cache.namespace("a", 1);
    await cache.setMany([
      [["a", 1], "prefix"],
      [["a", 1, null], "inside"],
      ["a", "above"],
    ]);
    equal(await collect(inner.entries()), [[null, "inside"]]);
    equal([await inner.size, await inner.count()], [1, 1], "size and count");
    await inner.clear();
    equal(
      await collect(cache.entries()),
      [
        ["a", "above"],
        [["a", 1], "prefix"],
      ],
      "what clear leaves",
    );
  }),

  cacheScenario("namespace/neighbours", "a namespace sees and clears its own keys alone, however alike others look", async ({ cache }) => {
    const others = [
      "a",
      "a\0",
      "a\0b",
      "aa",
      ["aa", 1],
      ["a\0", 1],
      ["A", 1],
      [["a"], 1],
      [["a", 1], 1],
      ["b", "a", 1],
      ["a\u0001", 1],
      ["a😀", 1],
    ];
    await cache.setMany(others.map((key) => [key, "other"] as const));
    const inner = cache.namespace("a");
    await inner.setMany([
      [1, "own"],
      ["b", "own"],
      [[2, 3], "own"],
    ]);
    equal(await collect(inner.keys()), [1, [2, 3], "b"], "its keys");
    equal(await inner.size, 3, "its size");
    await inner.clear();
    equal(await inner.size, 0, "its size after clear");
    equal(await cache.size, others.length, "the size of what isn't its");
    equal(
      await cache.getMany(others),
      others.map(() => "other"),
      "what isn't its",
    );
  }),

  cacheScenario("namespace/nested", "namespaces nest, in one step or in several", async ({ cache }) => {
    const deep = cache.namespace("a").namespace(1, "b").namespace(new Date(0));
    await deep.set("key", "value");
    await deep.set(["key", 2], "second");
    equal(await cache.namespace("a", 1, "b", new Date(0)).get("key"), "value", "by one step");
    equal(await cache.get(["a", 1, "b", new Date(0), "key"]), "value", "by the whole key");
    equal(
      await collect(cache.namespace("a").keys()),
      [
        [1, "b", new Date(0), "key"],
        [1, "b", new Date(0), "key", 2],
      ],
      "the keys of the outer one",
    );
    equal(await cache.namespace("a", 1).deletePrefix("b"), 2, "what deletePrefix in between removes");
    equal(await deep.size, 0, "the size of the inner one");
  }),

  cacheScenario("namespace/every-part", "parts of every type make namespaces of their own", async ({ cache }) => {
    const parts = [null, true, 1, 1n, "1", new Date(1), Uint8Array.of(1), [1], [[1]]];
    for (const [at, part] of parts.entries()) await cache.namespace(part).set("key", at);
    for (const [at, part] of parts.entries()) equal(await collect(cache.namespace(part).entries()), [["key", at]], "the entries");
  }),

  cacheScenario("namespace/all-verbs", "every verb of a namespace works on its own keys", async ({ cache, clock }) => {
    const inner = cache.namespace("in");
    await cache.setMany([
      ["a", "outer"],
      ["b", "outer"],
    ]);
    await inner.setMany([
      ["a", 1],
      ["b", 2],
      ["c", 3, { ttl: 10 }],
    ]);
    equal(
      [await inner.get("a"), await inner.getMany(["b", "x"]), await inner.hasMany(["c", "x"])],
      [1, [2, undefined], [true, false]],
      "reads",
    );
    const entry = await inner.getEntry("c");
    equal([entry?.key, entry?.expiresAt], ["c", clock.now() + 10], "getEntry");
    equal(
      [await inner.touch("c", 100), await inner.expire("b"), await inner.delete("a"), await inner.deleteMany(["a", "c"])],
      [true, true, true, [false, true]],
      "writes",
    );
    equal([await inner.size, await inner.has("a")], [0, false], "what is left inside");
    equal(
      await collect(cache.entries({ lt: "in" })),
      [
        ["a", "outer"],
        ["b", "outer"],
      ],
      "what is left outside",
    );
  }),

  cacheScenario("namespace/ranges", "bounds and prefixes in a namespace are of its own keys", async ({ cache }) => {
    await cache.setMany(["a", "c", "z"].map((key) => [key, "outer"] as const));
    const inner = cache.namespace("m");
    await inner.setMany(["a", "b", ["b", 1], "c", "d"].map((key) => [key, 0] as const));
    equal(await collect(inner.keys({ gt: "a", lte: "c" })), ["b", ["b", 1], "c"], "between bounds");
    equal(await collect(inner.keys({ prefix: "b" })), ["b", ["b", 1]], "with a prefix");
    equal(await collect(inner.keys({ lt: "c" })), ["a", "b", ["b", 1]], "with an upper bound alone");
    equal(await collect(inner.keys({ gte: "c", reverse: true })), ["d", "c"], "with a lower bound alone, in reverse");
    equal(await collect(inner.keys({ reverse: true, limit: 2 })), ["d", "c"], "in reverse with a limit");
    equal([await inner.count({ gte: "b" }), await inner.count({ lt: "a" })], [4, 0], "counts");
  }),

  cacheScenario(
    "namespace/bound-below-all",
    "bounds below and above all keys of a namespace don't let in its neighbours",
    async ({ cache }) => {
      await cache.setMany([
        ["l", 0],
        ["m", 0],
        [["m", null], 1],
        [["m", "x"], 2],
        ["n", 0],
        [["n", 1], 0],
      ]);
      const inner = cache.namespace("m");
      equal(await collect(inner.keys({ gte: null })), [null, "x"], "from the least part on");
      equal(await collect(inner.keys({ lt: [[[]]] })), [null, "x"], "up to a list");
      equal(await collect(inner.keys({ gt: Uint8Array.of(255, 255) })), [], "beyond the greatest key");
      equal(await collect(inner.keys({ gt: Uint8Array.of(255, 255), reverse: true })), [], "the same in reverse");
    },
  ),

  cacheScenario("namespace/long-prefix", "the limit on a key's length counts the namespace in", async (context) => {
    const inner = context.cache.namespace("x".repeat(1000));
    await inner.set("y".repeat(800), 1);
    equal(await collect(inner.values()), [1]);
    let refused = false;
    try {
      await inner.set("y".repeat(1000), 1);
    } catch {
      refused = true;
    }
    equal(refused, true, "whether a key too long together is refused");
  }),
];
