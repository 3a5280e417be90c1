import { expect, test } from "vitest";
import { memoryStore } from "../src/memory-store.ts";
import { openCache, openCacheSync } from "../src/open-cache.ts";

test("a transaction reads what it wrote in records of a shape that nobody has stored yet", async () => {
  const cache = await openCache(memoryStore());
  const seen = await cache.transaction(async (transaction) => {
    await transaction.set("a", { name: "Ada", born: 1815 });
    // Others may have their own shapes stored meanwhile.
    await cache.set("b", { other: true, shape: 1 });
    await transaction.set("c", { third: 3 });
    return [await transaction.get("a"), await transaction.get("c")];
  });
  expect(seen).toEqual([{ name: "Ada", born: 1815 }, { third: 3 }]);
  expect(await cache.getMany(["a", "b", "c"])).toEqual([{ name: "Ada", born: 1815 }, { other: true, shape: 1 }, { third: 3 }]);
});

test("the synchronous face runs a transaction at once", () => {
  const cache = openCacheSync(memoryStore());
  cache.set("count", 1);
  const count = cache.transaction((transaction) => {
    transaction.set("count", (transaction.get("count") as number) + 1);
    return transaction.get("count");
  });
  expect([count, cache.get("count")]).toEqual([2, 2]);
});
