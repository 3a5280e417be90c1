import { equal, ok, throwsType } from "../assert.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";

/** Reading single entries. */
export const getSuite: readonly CacheScenario[] = [
  cacheScenario("get/miss-is-undefined", "a miss is undefined, for every verb that reads", async ({ cache }) => {
    await cache.set("b", 1);
    equal(await cache.get("a"), undefined, "get");
    equal(await cache.getEntry("a"), undefined, "getEntry");
    equal(await cache.has("a"), false, "has");
    equal(await cache.getMany(["a"]), [undefined], "getMany");
    equal(await cache.hasMany(["a"]), [false], "hasMany");
  }),

  cacheScenario("get/what-was-set", "get gives what was set", async ({ cache }) => {
    await cache.set("a", { name: "Ada" });
    await cache.set(["a", 1], [1, 2, 3]);
    equal(await cache.get("a"), { name: "Ada" });
    equal(await cache.get(["a", 1]), [1, 2, 3], "the value of a key of two parts");
  }),

  cacheScenario("get/stored-undefined", "has and getEntry tell a stored undefined from a miss", async ({ cache }) => {
    await cache.set("a", undefined);
    equal(await cache.get("a"), undefined);
    equal(await cache.has("a"), true, "has");
    equal((await cache.getEntry("a"))?.key, "a", "the key of getEntry");
    equal(await cache.hasMany(["a", "b"]), [true, false], "hasMany");
    equal(await cache.delete("a"), true, "delete");
    equal(await cache.has("a"), false, "has after delete");
  }),

  cacheScenario("get/falsy-values", "null, false, 0 and empty values are values", async ({ cache }) => {
    const values = [null, false, 0, "", 0n, [], {}, new Uint8Array(0)];
    await cache.setMany(values.map((value, at) => [at, value] as const));
    equal(await cache.getMany(values.map((_, at) => at)), values);
    equal(
      await cache.hasMany(values.map((_, at) => at)),
      values.map(() => true),
      "hasMany",
    );
  }),

  cacheScenario("get/many-in-order", "getMany and hasMany keep the keys' order, repeats and misses", async ({ cache }) => {
    await cache.setMany([
      ["a", 1],
      ["b", 2],
      ["c", undefined],
    ]);
    const keys = ["c", "x", "b", "a", "b", "y"];
    equal(await cache.getMany(keys), [undefined, undefined, 2, 1, 2, undefined]);
    equal(await cache.hasMany(keys), [true, false, true, true, true, false], "hasMany");
  }),

  cacheScenario("get/many-of-any-iterable", "getMany and hasMany take sets, generators and nothing", async ({ cache }) => {
    await cache.set("a", 1);
    const generate = function* (): Generator<string> {
      yield "a";
      yield "b";
    };
    equal(await cache.getMany(new Set(["b", "a"])), [undefined, 1], "of a set");
    equal(await cache.getMany(generate()), [1, undefined], "of a generator");
    equal(await cache.hasMany(generate()), [true, false], "hasMany of a generator");
    equal(await cache.getMany([]), [], "of nothing");
    equal(await cache.hasMany([]), [], "hasMany of nothing");
  }),

  cacheScenario("get/many-at-once", "getMany takes thousands of keys", async ({ cache }) => {
    const keys = Array.from({ length: 2500 }, (_, at) => ["many", at]);
    await cache.setMany(keys.filter((_, at) => at % 2 === 0).map((key) => [key, key[1]] as const));
    equal(
      await cache.getMany(keys),
      keys.map((key, at) => (at % 2 === 0 ? key[1] : undefined)),
    );
  }),

  cacheScenario("get/entry", "getEntry tells key, value, deadline and version", async ({ cache, clock }) => {
    await cache.set(["a"], { x: 1 }, { ttl: 500 });
    await cache.set(["a", "b"], 2);
    const a = await cache.getEntry("a");
    const b = await cache.getEntry(["a", "b"]);
    equal([a?.key, a?.value, a?.expiresAt], ["a", { x: 1 }, clock.now() + 500], "an entry with a deadline");
    equal([b?.key, b?.value, b?.expiresAt], [["a", "b"], 2, undefined], "an entry without");
    ok(a && b && Number.isSafeInteger(a.version) && b.version > a.version, "a version that grows from commit to commit");
  }),

  cacheScenario("get/entry-version", "an entry's version changes when it is set, and only then", async ({ cache }) => {
    await cache.set("a", 1);
    const first = await cache.getEntry("a");
    await cache.set("b", 1);
    await cache.get("a");
    equal((await cache.getEntry("a"))?.version, first?.version, "the version after other writes");
    await cache.set("a", 1);
    ok(((await cache.getEntry("a"))?.version ?? 0) > (first?.version ?? 0), "a greater version after setting the same value again");
  }),

  cacheScenario("get/values-are-the-callers", "each read gives a value of its own", async ({ cache }) => {
    const value = { list: [1, 2], bytes: Uint8Array.of(1, 2, 3), map: new Map([["k", { deep: true }]]) };
    await cache.set("a", value);
    const read = (await cache.get("a")) as typeof value;
    read.list.push(3);
    read.bytes.fill(0);
    read.map.clear();
    equal(await cache.get("a"), value, "the value read again");
  }),

  cacheScenario("get/bytes-outlast-reads", "bytes that a read gave stay as they are while the cache goes on", async ({ cache }) => {
    const bytes = Uint8Array.from({ length: 300 }, (_, at) => at & 0xff);
    await cache.set("a", bytes);
    const [first, [many]] = [await cache.get("a"), await cache.getMany(["a"])];
    for (let round = 0; round < 10; round++) {
      await cache.set("a", new Uint8Array(300).fill(round));
      await cache.get("a");
    }
    equal([first, many], [bytes, bytes], "the values read before");
  }),

  cacheScenario("get/options", "a read refuses options that it doesn't have", async ({ cache }) => {
    await cache.set("a", 1);
    // What the types forbid.
    const wrong = { stail: true } as object;
    for (const verb of ["get", "getEntry", "has"] as const) await throwsType(() => cache[verb]("a", wrong), verb);
    for (const verb of ["getMany", "hasMany"] as const) await throwsType(() => cache[verb](["a"], wrong), verb);
    const stale: object = { stale: true };
    await throwsType(() => cache.has("a", stale), "has with an option of get");
    equal(await cache.get("a", { signal: undefined, stale: undefined }), 1, "a read whose options are undefined");
  }),
];
