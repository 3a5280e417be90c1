import type { StandardSchemaV1 } from "@standard-schema/spec";
import { expect, test } from "vitest";
import { memoryStore } from "../src/memory-store.ts";
import { openCache } from "../src/open-cache.ts";

/** Answers at once for what isn't text, and later for text: refuses what is empty. */
const slowText: StandardSchemaV1<string> = {
  "~standard": {
    version: 1,
    vendor: "test",
    validate(value) {
      if (typeof value !== "string") return { issues: [{ message: "not text" }] };
      return Promise.resolve().then(() => (value === "" ? { issues: [{ message: "empty" }] } : { value }));
    },
  },
};

test("a read called between two writes sees the first, however long its value was validated", async () => {
  const cache = await openCache(memoryStore(), { schema: slowText });
  const answers = await Promise.all([cache.set("k", "one"), cache.get("k"), cache.delete("k"), cache.get("k")]);
  expect(answers).toEqual([undefined, "one", true, undefined]);
});

test("values refused one after the other reject the call once", async () => {
  const unhandled: unknown[] = [];
  const listen = (reason: unknown): void => void unhandled.push(reason);
  process.on("unhandledRejection", listen);
  const cache = await openCache(memoryStore(), { schema: slowText });
  const wrong: [string, string][] = [
    ["a", ""],
    // The schema must refuse what types would.
    ["b", 5 as unknown as string],
  ];
  await expect(cache.setMany(wrong)).rejects.toMatchObject({ code: "CACHE_SCHEMA_INVALID" });
  await new Promise((resolve) => setImmediate(resolve));
  process.off("unhandledRejection", listen);
  expect(unhandled).toEqual([]);
  expect(await cache.size).toBe(0);
});

test("stopping to listen twice leaves those who listen since", async () => {
  const cache = await openCache(memoryStore());
  const stop = cache.on("set", () => {});
  stop();
  const heard: unknown[] = [];
  cache.on("set", ({ key }) => heard.push(key));
  stop();
  await cache.set("k", 1);
  expect(heard).toEqual(["k"]);
});
