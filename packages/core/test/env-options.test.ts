import { afterEach, expect, test, vi } from "vitest";
import { optionsFromEnv } from "../src/env-options.ts";
import { memoryStore } from "../src/memory-store.ts";
import { openCache } from "../src/open-cache.ts";

afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

test("every variable gives its option", () => {
  const env = {
    CACHE_PATH: "./data/cache",
    CACHE_MAX_ENTRIES: "100000",
    CACHE_MAX_BYTES: "256MB",
    CACHE_EVICTION: "s3fifo",
    CACHE_TOO_LARGE: "skip",
    CACHE_TTL: "5m",
    CACHE_SLIDING: "true",
    CACHE_STALE_FOR: "1h",
    CACHE_SWEEP_INTERVAL: "false",
    CACHE_ON_CORRUPT: "miss",
    CACHE_VALIDATE_ON_READ: "true",
  };
  expect(optionsFromEnv(env)).toEqual({
    path: "./data/cache",
    maxEntries: 100_000,
    maxBytes: 256_000_000,
    eviction: "s3fifo",
    tooLarge: "skip",
    ttl: "5m",
    sliding: true,
    staleFor: "1h",
    sweepInterval: false,
    onCorrupt: "miss",
    validateOnRead: true,
  });
});

test("entries that expire may be kept no longer", () => {
  expect(optionsFromEnv({ CACHE_STALE_FOR: "0" })).toEqual({ staleFor: 0 });
});

test("what is absent or empty is left out", () => {
  expect(Object.keys(optionsFromEnv({ CACHE_TTL: "", CACHE_PATH: " ", CACHE_MAX_BYTES: undefined }))).toEqual([]);
  expect({ ttl: "1h", ...optionsFromEnv({}) }).toEqual({ ttl: "1h" });
});

test.each([
  ["1", 1],
  ["1000000", 1_000_000],
  ["512b", 512],
  ["64 kB", 64_000],
  ["1.5GB", 1_500_000_000],
  ["256mib", 2 ** 28],
  ["1GiB", 2 ** 30],
  ["2TiB", 2 ** 41],
])("%s are %i bytes", (text, bytes) => {
  expect(optionsFromEnv({ CACHE_MAX_BYTES: text }).maxBytes).toBe(bytes);
});

test.each([
  ["CACHE_MAX_ENTRIES", "0"],
  ["CACHE_MAX_ENTRIES", "-1"],
  ["CACHE_MAX_ENTRIES", "1.5"],
  ["CACHE_MAX_ENTRIES", "many"],
  ["CACHE_MAX_ENTRIES", "9".repeat(400)],
  ["CACHE_MAX_BYTES", "9".repeat(400)],
  ["CACHE_MAX_BYTES", "0.5"],
  ["CACHE_MAX_BYTES", "12 parsecs"],
  ["CACHE_MAX_BYTES", "MB"],
  ["CACHE_EVICTION", "LRU"],
  ["CACHE_EVICTION", "toString"],
  ["CACHE_TOO_LARGE", "no"],
  ["CACHE_TTL", "0"],
  ["CACHE_TTL", "5 minutes"],
  ["CACHE_SWEEP_INTERVAL", "never"],
  ["CACHE_ON_CORRUPT", "ignore"],
  ["CACHE_VALIDATE_ON_READ", "1"],
])("%s=%s is refused, with its name, its value and what is allowed", (name, text) => {
  expect(() => optionsFromEnv({ [name]: text })).toThrow(TypeError);
  expect(() => optionsFromEnv({ [name]: text })).toThrow(`${name} is "${text}"; it must be `);
});

test.each([
  ["CACHE_MAX_ENTRYS", "CACHE_MAX_ENTRIES"],
  ["CACHE_MAXBYTES", "CACHE_MAX_BYTES"],
  ["CACHE_EVICTON", "CACHE_EVICTION"],
  ["CACHE_TLL", "CACHE_TTL"],
  ["CACHE_SWEEP_INTERVALL", "CACHE_SWEEP_INTERVAL"],
])("%s is taken for a misspelt %s", (name, meant) => {
  expect(() => optionsFromEnv({ [name]: "1" })).toThrow(`${name} is no option of a cache; did you mean ${meant}?`);
});

test("other programs' variables are left alone", () => {
  const env = {
    CACHE_DRIVER: "redis",
    CACHE_HOST: "localhost",
    CACHE_URL: "x",
    CACHE_TLS: "1",
    CACHE_PREFIX: "x",
    MAX_ENTRIES: "x",
    CACHE_: "x",
  };
  expect(optionsFromEnv(env)).toEqual({});
});

test("another prefix is another cache's", () => {
  const env = { CACHE_TTL: "1h", PAGES_TTL: "5m", PAGES_MAX_ENTRIES: "10" };
  expect(optionsFromEnv(env, "PAGES_")).toEqual({ ttl: "5m", maxEntries: 10 });
});

test("the process's own environment is read where there is one", () => {
  vi.stubEnv("SOME_CACHE_TTL", "5m");
  expect(optionsFromEnv(undefined, "SOME_CACHE_")).toEqual({ ttl: "5m" });
  vi.stubGlobal("process", undefined);
  expect(optionsFromEnv()).toEqual({});
});

test("a cache opens with what the environment gives", async () => {
  await using cache = await openCache<number>(memoryStore(), { ...optionsFromEnv({ CACHE_MAX_ENTRIES: "2", CACHE_EVICTION: "fifo" }) });
  await cache.setMany([
    ["a", 1],
    ["b", 2],
    ["c", 3],
  ]);
  expect(await cache.size).toBe(2);
});
