import { equal, ok, throwsCode, throwsType } from "../assert.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { collect } from "../turns.ts";

/** Writing entries. */
export const setSuite: readonly CacheScenario[] = [
  cacheScenario("set/answers-nothing", "set and setMany answer undefined", async ({ cache }) => {
    equal(await cache.set("a", 1), undefined, "what set answers");
    equal(await cache.setMany([["b", 2]]), undefined, "what setMany answers");
  }),

  cacheScenario("set/replaces", "set replaces what was there, whatever its kind", async ({ cache }) => {
    for (const value of [1, "text", { a: 1 }, { b: 2 }, [3], undefined, null]) {
      await cache.set("a", value);
      equal(await cache.get("a"), value, "the value");
    }
    equal(await cache.size, 1, "the size");
  }),

  cacheScenario("set/other-keys-stay", "set leaves all other entries", async ({ cache }) => {
    await cache.setMany(["a", "b", "c"].map((key) => [key, key] as const));
    await cache.set("b", "B");
    equal(await collect(cache.entries()), [
      ["a", "a"],
      ["b", "B"],
      ["c", "c"],
    ]);
  }),

  cacheScenario("set/takes-a-copy", "what becomes of a value after the call to set changes nothing in the cache", async ({ cache }) => {
    const value = { list: [1], bytes: Uint8Array.of(1) };
    const written = cache.set("a", value);
    value.list.push(2);
    value.bytes[0] = 9;
    await written;
    equal(await cache.get("a"), { list: [1], bytes: Uint8Array.of(1) });
  }),

  cacheScenario("set/key-copied", "what becomes of a key's parts after the call changes nothing", async ({ cache }) => {
    const bytes = Uint8Array.of(1, 2);
    const key = ["k", bytes];
    const written = cache.set(key, 1);
    bytes[0] = 9;
    key.push("more");
    await written;
    equal(await collect(cache.keys()), [["k", Uint8Array.of(1, 2)]], "the keys");
  }),

  cacheScenario("set/large-values", "values up to megabytes are kept whole", async ({ cache }) => {
    const bytes = Uint8Array.from({ length: 2 ** 20 }, (_, at) => (at * 7) & 0xff);
    const text = "häß€😀\0".repeat(50_000);
    await cache.set("bytes", bytes);
    await cache.set("text", text);
    const [readBytes, readText] = await cache.getMany(["bytes", "text"]);
    ok(
      readBytes instanceof Uint8Array && readBytes.length === bytes.length && readBytes.every((byte, at) => byte === bytes[at]),
      "the bytes as set",
    );
    ok(readText === text, "the text as set");
  }),

  cacheScenario("set/refuses-functions", "what can't be stored is refused and leaves the old entry", async ({ cache }) => {
    await cache.set("a", "old");
    await throwsCode("CACHE_UNSUPPORTED", () => cache.set("a", () => 1), "setting a function");
    await throwsCode("CACHE_UNSUPPORTED", () => cache.set("a", { inside: { deep: () => 1 } }), "setting a function inside an object");
    await throwsCode("CACHE_UNSUPPORTED", () => cache.set("a", Symbol("s")), "setting a symbol");
    equal(await cache.get("a"), "old");
    await cache.set("a", { inside: { deep: 1 } });
    equal(await cache.get("a"), { inside: { deep: 1 } }, "the value set afterwards");
  }),

  cacheScenario("set/unknown-options", "an unknown option is a mistake, not ignored", async ({ cache }) => {
    const options = { tll: 5 } as object;
    await throwsType(() => cache.set("a", 1, options), "set");
    await throwsType(() => cache.setMany([["a", 1]], options), "setMany");
    await throwsType(() => cache.setMany([["a", 1, options]]), "setMany with options for an entry");
    equal(await cache.size, 0, "the size");
  }),

  cacheScenario("set/many", "setMany stores all, the last of a repeated key", async ({ cache }) => {
    await cache.setMany([
      ["a", 1],
      [["b", 2], { x: 1 }],
      ["a", 3],
      ["c", undefined],
    ]);
    equal(await collect(cache.entries()), [
      ["a", 3],
      [["b", 2], { x: 1 }],
      ["c", undefined],
    ]);
  }),

  cacheScenario("set/many-of-any-iterable", "setMany takes maps, generators and nothing", async ({ cache }) => {
    const generate = function* (): Generator<[string, number]> {
      yield ["c", 3];
      yield ["d", 4];
    };
    await cache.setMany(
      new Map([
        ["a", 1],
        ["b", 2],
      ]),
    );
    await cache.setMany(generate());
    await cache.setMany([]);
    equal(await collect(cache.entries()), [
      ["a", 1],
      ["b", 2],
      ["c", 3],
      ["d", 4],
    ]);
  }),

  cacheScenario("set/many-bad-key", "setMany with one bad key stores nothing", async ({ cache }) => {
    await cache.set("a", "old");
    await throwsType(() =>
      cache.setMany([
        ["a", 1],
        ["b", 2],
        [Number.NaN, 3],
      ]),
    );
    await throwsCode("CACHE_KEY_TOO_LONG", () =>
      cache.setMany([
        ["a", 1],
        ["x".repeat(3000), 2],
      ]),
    );
    equal(await collect(cache.entries()), [["a", "old"]]);
  }),

  cacheScenario("set/many-bad-value", "setMany with one bad value or lifetime stores nothing", async ({ cache }) => {
    await cache.set("a", "old");
    await throwsCode("CACHE_UNSUPPORTED", () =>
      cache.setMany([
        ["a", { new: 1 }],
        ["b", () => 2],
      ]),
    );
    await throwsType(() =>
      cache.setMany([
        ["a", 1],
        ["b", 2, { ttl: -1 }],
      ]),
    );
    equal(await collect(cache.entries()), [["a", "old"]]);
  }),

  cacheScenario("set/many-broken-iterable", "setMany passes an iterable's own error on and stores nothing", async ({ cache }) => {
    const failing = function* (): Generator<[string, number]> {
      yield ["a", 1];
      throw new RangeError("no more");
    };
    let failure: unknown;
    try {
      await cache.setMany(failing());
    } catch (error) {
      failure = error;
    }
    ok(failure instanceof RangeError, "the iterable's own error");
    equal(await cache.size, 0, "the size");
  }),

  cacheScenario("set/many-at-once", "setMany takes thousands of entries, in one commit", async ({ cache }) => {
    await cache.setMany(Array.from({ length: 3000 }, (_, at) => [["k", at], { at }] as const));
    equal(await cache.size, 3000, "the size");
    const [first, last] = [await cache.getEntry(["k", 0]), await cache.getEntry(["k", 2999])];
    equal([first?.value, last?.value], [{ at: 0 }, { at: 2999 }], "the first and the last value");
    equal(first?.version, last?.version, "the version of the last, next to that of the first");
  }),
];
