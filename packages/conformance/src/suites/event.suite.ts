import type { CacheEvents, Key } from "@cache/core";
import { equal, throwsCode, throwsType } from "../assert.ts";
import type { AnyNamespace } from "../cache-context.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { collect } from "../turns.ts";

type Told = [name: keyof CacheEvents, event: unknown];

/** Notes all events but errors; the list grows as they come. */
function listen(cache: AnyNamespace): Told[] {
  const told: Told[] = [];
  for (const name of ["hit", "miss", "set", "delete", "expire", "clear"] as const) cache.on(name, (event) => told.push([name, event]));
  return told;
}

/** Events: what a cache tells its listeners. */
export const eventSuite: readonly CacheScenario[] = [
  cacheScenario("event/reads", "get, getMany and getEntry tell hits and misses; has and iterations tell nothing", async ({ cache }) => {
    await cache.setMany([
      ["a", undefined],
      [["b", 1], 2],
    ]);
    const told = listen(cache);
    await cache.get("a");
    await cache.getMany([["b", 1], "x"]);
    await cache.getEntry("y");
    await cache.has("a");
    await cache.hasMany(["x"]);
    await collect(cache.entries());
    equal(told, [
      ["hit", { key: "a" }],
      ["hit", { key: ["b", 1] }],
      ["miss", { key: "x" }],
      ["miss", { key: "y" }],
    ]);
  }),

  cacheScenario("event/expired-is-a-miss", "reading an expired entry is a miss", async ({ cache, clock }) => {
    await cache.set("a", 1, { ttl: 10 });
    clock.advance(10);
    const told = listen(cache);
    await cache.get("a");
    equal(told, [["miss", { key: "a" }]]);
  }),

  cacheScenario("event/set", "a set tells key, value and deadline once it is committed", async ({ cache, clock }) => {
    const told = listen(cache);
    await cache.set("a", { x: 1 }, { ttl: 100 });
    await cache.setMany([
      ["b", 2],
      ["c", undefined],
    ]);
    equal(told, [
      ["set", { key: "a", value: { x: 1 }, expiresAt: clock.now() + 100 }],
      ["set", { key: "b", value: 2, expiresAt: undefined }],
      ["set", { key: "c", value: undefined, expiresAt: undefined }],
    ]);
  }),

  cacheScenario("event/set-is-committed", "a listener of set finds the entry in the cache", async ({ cache }) => {
    const reads: unknown[] = [];
    cache.on("set", ({ key }) => reads.push(cache.get(key)));
    await cache.set("a", 1);
    await cache.set("b", 2);
    equal(await Promise.all(reads), [1, 2]);
  }),

  cacheScenario("event/refused-set", "a refused set tells nothing", async ({ cache }) => {
    const told = listen(cache);
    await throwsCode("CACHE_UNSUPPORTED", () => cache.set("a", () => 1));
    await throwsCode("CACHE_UNSUPPORTED", () =>
      cache.setMany([
        ["a", 1],
        ["b", () => 1],
      ]),
    );
    equal(told, []);
  }),

  cacheScenario("event/delete", "deletes tell what was removed, and nothing when nothing was", async ({ cache, clock }) => {
    await cache.setMany(["a", "b", "c", ["p", 1], ["p", 2]].map((key): [Key, number] => [key, 0]));
    await cache.set("e", 1, { ttl: 10 });
    clock.advance(10);
    const told = listen(cache);
    await cache.delete("a");
    await cache.delete("a");
    await cache.delete("e");
    await cache.deleteMany(["x", "b"]);
    await cache.deletePrefix("p");
    await cache.deletePrefix("p");
    await cache.clear();
    await cache.clear();
    const removals = told.filter(([name]) => name !== "expire");
    equal(removals, [
      ["delete", { key: "a" }],
      ["delete", { key: "b" }],
      ["clear", { prefix: "p" }],
      ["clear", {}],
    ]);
  }),

  cacheScenario("event/expire", "expire tells of each entry whose space is reclaimed", async ({ cache, clock, root }) => {
    await cache.setMany([
      ["a", 1, { ttl: 10 }],
      [["b", 2], 2, { ttl: 20 }],
      ["c", 3],
    ]);
    const told = listen(cache);
    clock.advance(5000);
    equal(told, [], "what is told before");
    await root.sweep();
    equal(told, [
      ["expire", { key: "a" }],
      ["expire", { key: ["b", 2] }],
    ]);
  }),

  cacheScenario("event/namespaces", "listeners of a namespace hear of its keys alone, by the names they have there", async ({ cache }) => {
    const inner = cache.namespace("in");
    const [outerTold, innerTold] = [listen(cache), listen(inner)];
    await cache.set("a", 1);
    await inner.set("b", 2);
    await cache.get(["in", "b"]);
    await inner.delete("b");
    equal(
      innerTold,
      [
        ["set", { key: "b", value: 2, expiresAt: undefined }],
        ["hit", { key: "b" }],
        ["delete", { key: "b" }],
      ],
      "what the inner one hears",
    );
    equal(
      outerTold.map(([name]) => name),
      ["set", "set", "hit", "delete"],
      "the events the outer one hears",
    );
    equal(outerTold.at(-1)?.[1], { key: ["in", "b"] }, "the last of them");
  }),

  cacheScenario("event/namespace-removals", "removals by prefix and clear reach all namespaces they touch", async ({ cache }) => {
    const inner = cache.namespace("in");
    const other = cache.namespace("other");
    const told = [cache, inner, other].map((one) => {
      const events: unknown[] = [];
      one.on("clear", (event) => events.push(event));
      return events;
    });
    const fill = (): unknown =>
      cache.setMany([
        [["in", "a", 1], 1],
        [["in", "b"], 2],
        [["other", 1], 3],
      ]);
    await fill();
    await inner.deletePrefix("a");
    equal(told, [[{ prefix: ["in", "a"] }], [{ prefix: "a" }], []], "after a deletePrefix inside");
    await fill();
    await inner.clear();
    equal(
      told.map((events) => events.at(-1)),
      [{ prefix: "in" }, {}, undefined],
      "after a clear inside",
    );
    await fill();
    await cache.deletePrefix("in");
    equal(
      told.map((events) => events.at(-1)),
      [{ prefix: "in" }, {}, undefined],
      "after a deletePrefix outside",
    );
    await fill();
    await cache.clear();
    equal(
      told.map((events) => events.at(-1)),
      [{}, {}, {}],
      "after a clear outside",
    );
  }),

  cacheScenario("event/off", "what `on` returns stops the listener, and only that one", async ({ cache }) => {
    const heard: string[] = [];
    const stop = cache.on("set", () => heard.push("first"));
    cache.on("set", () => heard.push("second"));
    await cache.set("a", 1);
    stop();
    stop();
    await cache.set("a", 2);
    equal(heard, ["first", "second", "second"]);
  }),

  cacheScenario(
    "event/changes-meanwhile",
    "who begins to listen during an event hears the next one, who stops hears no more",
    async ({ cache }) => {
      const heard: string[] = [];
      const stops: (() => void)[] = [];
      cache.on("set", ({ key }) => {
        heard.push(`first ${String(key)}`);
        for (const stop of stops.splice(0)) stop();
        if (key === "a") stops.push(cache.on("set", () => heard.push("begun")));
      });
      stops.push(cache.on("set", () => heard.push("stopped")));
      await cache.set("a", 1);
      equal(heard, ["first a"], "what is heard of the first event");
      stops.push(cache.on("set", () => heard.push("stopped")));
      cache.on("set", () => heard.push("last"));
      await cache.set("b", 2);
      equal(heard, ["first a", "first b", "last"], "what is heard in the end");
    },
  ),

  cacheScenario("event/begins-again", "a listener may begin anew in each event", async ({ cache }) => {
    let heard = 0;
    let stop = (): void => {};
    const again = (): void => {
      stop();
      // An event that never ended would be no answer.
      if (heard++ < 100) stop = cache.on("set", again);
    };
    stop = cache.on("set", again);
    cache.on("set", () => {});
    await cache.set("a", 1);
    await cache.set("b", 2);
    equal(heard, 2);
  }),

  cacheScenario("event/unknown", "events that there aren't are refused, and so are listeners that are none", async ({ cache }) => {
    // What the types forbid.
    for (const name of ["evicted", "toString", ""]) await throwsType(() => cache.on(name as "evict", () => {}), `listening to "${name}"`);
    await throwsType(() => cache.on("set", undefined as unknown as () => void), "no listener");
  }),

  cacheScenario("event/listener-throws", "a listener that throws spoils neither the write nor the other listeners", async ({ cache }) => {
    const heard: unknown[] = [];
    cache.on("set", () => {
      throw new RangeError("a listener's own mistake");
    });
    cache.on("set", ({ key }) => heard.push(key));
    await cache.set("a", 1);
    await Promise.all([cache.set("b", 2), cache.set("c", 3)]);
    equal(heard, ["a", "b", "c"], "what the other listener heard");
    equal(await cache.getMany(["a", "b", "c"]), [1, 2, 3], "the values");
  }),
];
