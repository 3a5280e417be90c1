import { equal, ok, throwsCode, throwsType } from "../assert.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { collect, together } from "../turns.ts";

const outside = { variants: ["fresh", "reopened"] } as const;

/** One-shot commits of checks and writes. */
export const atomicSuite: readonly CacheScenario[] = [
  cacheScenario(
    "atomic/compare-and-set",
    "a write under a check of the version that was read is carried out, and tells the version of its commit",
    async ({ root }) => {
      await root.set("count", 1);
      const entry = await root.getEntry("count");
      const result = await root.atomic().check("count", entry?.version).set("count", 2).commit();
      const after = await root.getEntry("count");
      equal(result, { ok: true, version: after?.version ?? 0 }, "the result");
      equal(after?.value, 2, "the value");
      ok((after?.version ?? 0) > (entry?.version ?? 0), "a greater version");
    },
    outside,
  ),

  cacheScenario(
    "atomic/failed-check",
    "a check that fails leaves all as it is, and that is no error",
    async ({ root, clock }) => {
      await root.setMany([
        ["a", 1],
        ["b", 1],
      ]);
      await root.set("gone", 1, { ttl: 1 });
      const [a, gone] = [await root.getEntry("a"), await root.getEntry("gone")];
      clock.advance(1);
      await root.set("a", 2);
      const failing: readonly (readonly [string, number | undefined])[] = [
        ["a", a?.version],
        ["a", undefined],
        ["gone", gone?.version],
        ["absent", 1],
      ];
      for (const [key, version] of failing) {
        const result = await root.atomic().set("c", 1).check(key, version).delete("b").commit();
        equal(result, { ok: false }, `the result of a check of ${key}`);
      }
      equal(await collect(root.keys()), ["a", "b"], "the keys");
    },
    outside,
  ),

  cacheScenario(
    "atomic/absent",
    "a check for absence holds for absent and expired entries",
    async ({ root, clock }) => {
      await root.set("expired", 1, { ttl: 1 });
      clock.advance(1);
      const { ok: isDone } = await root.atomic().check("expired", undefined).check("absent", undefined).set("expired", 2).commit();
      equal([isDone, await root.get("expired")], [true, 2]);
    },
    outside,
  ),

  cacheScenario(
    "atomic/race",
    "of many commits that check the same version at once one is carried out",
    async ({ root }) => {
      await root.set("lock", 0);
      const version = (await root.getEntry("lock"))?.version;
      const results = await together(
        Array.from({ length: 8 }, (_, at) => root.atomic().check("lock", version).set("lock", at).set(["by", at], 1).commit()),
      );
      equal(results.filter((result) => result.ok).length, 1, "how many were carried out");
      equal(await root.size, 2, "the size");
    },
    outside,
  ),

  cacheScenario(
    "atomic/order",
    "writes take effect in the order of the calls, and are told of once, after the commit",
    async ({ root, clock }) => {
      await root.set("b", 1);
      const told: unknown[] = [];
      root.on("set", ({ key, value, expiresAt }) => told.push([key, value, expiresAt]));
      root.on("delete", (event) => told.push(event));
      const commit = root.atomic().set("a", 1).delete("a").delete("b").set("b", 2, { ttl: 50 }).set("c", 1).set("c", 2).delete("absent");
      equal(told, [], "what is told before the commit");
      await commit.commit();
      equal(
        await collect(root.entries()),
        [
          ["b", 2],
          ["c", 2],
        ],
        "the entries",
      );
      const expected = [
        ["a", 1, undefined],
        { key: "a" },
        { key: "b" },
        ["b", 2, clock.now() + 50],
        ["c", 1, undefined],
        ["c", 2, undefined],
      ];
      equal(told, expected, "what is told");
    },
    outside,
  ),

  cacheScenario(
    "atomic/once",
    "it is committed once: a second commit, or another call after it, is a TypeError",
    async ({ root }) => {
      const atomic = root.atomic().set("a", 1);
      await atomic.commit();
      await throwsType(() => atomic.commit(), "a second commit");
      await throwsType(() => atomic.set("b", 1), "a call after it");
      equal(await root.size, 1, "the size");
      const empty = await root.atomic().commit();
      ok(empty.ok, "a commit of nothing to be carried out");
    },
    outside,
  ),

  cacheScenario(
    "atomic/refused",
    "commit throws what the verbs throw, and writes nothing",
    async ({ root }) => {
      const begun = (): ReturnType<typeof root.atomic> => root.atomic().set("a", 1);
      await throwsCode("CACHE_KEY_TOO_LONG", () => begun().delete("x".repeat(5000)).commit());
      await throwsCode("CACHE_UNSUPPORTED", () =>
        begun()
          .set("b", () => 1)
          .commit(),
      );
      await throwsType(() => begun().set(Number.NaN, 1).commit(), "a key that is none");
      // What isn't a version is what this is about.
      await throwsType(
        () =>
          begun()
            .check("a", "1" as unknown as number)
            .commit(),
        "a version that is none",
      );
      await throwsType(() => begun().set("b", 1, { ttl: -1 }).commit(), "a lifetime that is none");
      equal(await root.size, 0, "the size");
      await root.close();
      await throwsCode("CACHE_CLOSED", () => begun().commit());
    },
    { ...outside, requires: ["reopens"] },
  ),
];
