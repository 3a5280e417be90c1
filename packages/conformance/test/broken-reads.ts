import type { StoredEntry } from "@cache/core/spi";
import type { Faults } from "../src/fault-store.ts";
import { bytes, text } from "../src/rows.ts";
import { asUtf16, rangeBy } from "./broken-order.ts";
import { ALL, type BrokenStore, positionOf, withQuery } from "./broken-store.ts";

/** Remembers what was read once, and never looks again. */
function staleReads(): Faults {
  const met = new Map<string, StoredEntry | undefined>();
  return {
    get(sound, table, key) {
      const at = `${table} ${text(key)}`;
      if (!met.has(at)) met.set(at, sound.get(table, key));
      return met.get(at);
    },
  };
}

/** Lends its callers the same few bytes again and again. */
function lentBytes(): Faults {
  const arena = new Uint8Array(4096);
  return {
    range(sound, table, query) {
      const page = sound.range(table, query);
      let at = 0;
      const lend = (value: Uint8Array): Uint8Array => {
        if (at + value.length > arena.length) return value;
        arena.set(value, at);
        at += value.length;
        return arena.subarray(at - value.length, at);
      };
      const rows = page.rows.map((row) => ({ ...row, ...(row.stored && { stored: { ...row.stored, value: lend(row.stored.value) } }) }));
      return { ...page, rows };
    },
  };
}

/** Stores that read one thing wrong. */
export const brokenReads: readonly BrokenStore[] = [
  {
    name: "ignores gt",
    faults: () => ({ range: withQuery((query) => ({ ...query, gt: undefined })) }),
    caughtBy: ["store-range/gt", "store-range/gt-lt", "store-page/forward", "store-index/gt", "range/lower", "range/pages"],
  },
  {
    name: "takes gt for gte",
    faults: () => ({ range: withQuery(({ gt, ...query }) => (gt ? { ...query, gte: gt } : query)) }),
    caughtBy: ["store-range/gt", "store-range/gt-lte", "store-page/forward", "store-index/gt", "range/lower"],
  },
  {
    name: "takes lt for lte",
    faults: () => ({ range: withQuery(({ lt, ...query }) => (lt ? { ...query, lte: lt } : query)) }),
    caughtBy: ["store-range/lt", "store-range/gte-lt", "store-page/reverse", "store-index/lt", "range/upper"],
  },
  {
    name: "ignores gte beside lt",
    faults: () => ({ range: withQuery((query) => (query.lt ? { ...query, gte: undefined } : query)) }),
    caughtBy: ["store-range/gte-lt", "store-page/reverse", "store-index/gte", "range/prefix", "namespace/ranges"],
  },
  {
    name: "returns expired rows",
    faults: () => ({ range: withQuery((query) => ({ ...query, liveAt: undefined })) }),
    caughtBy: ["store-range/live-at", "store-page/live-at", "store-index/live-at", "expiry/iterations", "expiry/counts"],
  },
  {
    name: "shows rows a millisecond too long",
    faults: () => ({ range: withQuery((query) => (query.liveAt === undefined ? query : { ...query, liveAt: query.liveAt - 1 })) }),
    caughtBy: ["store-range/live-at", "store-index/live-at", "expiry/exact"],
  },
  {
    name: "orders \\0 as if it weren't there",
    faults: () => ({ range: rangeBy((position) => position.replaceAll("\0", "")) }),
    caughtBy: ["store-range/byte-order", "store-range/gt", "store-index/gt", "key/order", "key/zero-and-surrogates"],
  },
  {
    name: "orders astral strings by UTF-16",
    faults: () => ({ range: rangeBy(asUtf16) }),
    caughtBy: ["store-range/byte-order", "store-range/lte", "key/order", "key/zero-and-surrogates"],
  },
  {
    name: "ignores limit",
    faults: () => ({ range: withQuery((query) => ({ ...query, limit: ALL })) }),
    caughtBy: ["store-page/limit", "range/all", "expiry/iterations"],
  },
  {
    name: "resumes reverse pages at their first row",
    faults: () => ({
      range(sound, table, query) {
        const page = sound.range(table, query);
        const [first] = page.rows;
        return query.reverse && page.next && first ? { ...page, next: bytes(positionOf(first)) } : page;
      },
    }),
    caughtBy: ["store-page/reverse", "store-page/index", "range/pages"],
  },
  {
    name: "resumes an index behind all rows of the last entry",
    faults: () => ({
      range(sound, table, query) {
        const page = sound.range(table, query);
        const { entry } = page.rows.at(-1) ?? {};
        return page.next && entry && !query.reverse ? { ...page, next: Uint8Array.of(...entry, 255, 255) } : page;
      },
    }),
    caughtBy: ["store-page/index", "store-page/index-live-at"],
  },
  {
    name: "ends with the first page",
    faults: () => ({ range: (sound, table, query) => ({ rows: sound.range(table, query).rows }) }),
    caughtBy: ["store-page/forward", "store-page/live-at", "range/pages", "iteration/while-deleting"],
  },
  {
    name: "loads values with keysOnly",
    faults: () => ({ range: withQuery((query) => ({ ...query, keysOnly: false })) }),
    caughtBy: ["store-range/keys-only", "store-index/values"],
  },
  {
    name: "drops misses from getMany",
    faults: () => ({ getMany: (sound, table, keys) => sound.getMany(table, keys).filter((row) => row !== undefined) }),
    caughtBy: ["store-get/many", "get/many-in-order"],
  },
  {
    name: "passes over expired rows with an entry",
    faults: () => ({
      getBy(sound, table, index, entry) {
        const found = sound.getBy(table, index, entry);
        return found?.stored.expiresAt === Number.POSITIVE_INFINITY ? found : undefined;
      },
    }),
    caughtBy: ["store-get-by/expired", "store-get-by/whole"],
  },
  {
    name: "finds the next row when none has an entry",
    faults: () => ({
      getBy(sound, table, index, entry) {
        const [row] = sound.range(table, { index, gte: entry, limit: 1 }).rows;
        return row?.stored && { key: row.key, stored: row.stored };
      },
    }),
    caughtBy: ["store-get-by/exact"],
  },
  { name: "reads once and never again", faults: staleReads, caughtBy: ["store-get/sees-commits", "set/replaces", "turn/interleaved"] },
  { name: "lends the bytes of its pages", faults: lentBytes, caughtBy: ["store-range/owns-its-bytes"] },
  {
    name: "leaves index entries out of the bytes",
    faults: () => ({
      usage(sound, table) {
        const { rows } = sound.range(table, { limit: ALL });
        const size = rows.reduce((sum, { key, stored }) => sum + key.length + (stored?.value.length ?? 0), 0);
        return { ...sound.usage(table), bytes: size };
      },
    }),
    caughtBy: ["store-usage/set", "store-usage/replace", "store-touch/usage", "ttl/of-a-set"],
  },
];
