import { FakeClock, type Harness } from "@cache/conformance";
import { type Cache, type Face, openCache, openCacheSync, type SyncStore, table } from "@cache/core";
import { describe, expect, test } from "vitest";
import { nodeHarnesses } from "../node-harnesses.ts";

const books = table<{ readonly isbn: string; readonly title: string; readonly authors: readonly string[] }>()({
  key: "isbn",
  indexes: { title: { on: "title", unique: true }, author: { on: "authors", multi: true } },
});
const tables = { books };

type AnyCache = Cache<unknown, Face, unknown, typeof tables>;

/** Runs some work on a cache on data of its own. */
async function within<T>(harness: Harness, face: Face, clock: FakeClock, work: (cache: AnyCache) => Promise<T>): Promise<T> {
  const fixture = await harness.create();
  try {
    const options = { tables, clock, sweepInterval: false } as const;
    const store = fixture.store();
    // All stores of Node answer at once, too.
    const cache: AnyCache = face === "sync" ? openCacheSync(store as SyncStore, options) : await openCache(store, options);
    try {
      return await work(cache);
    } finally {
      await cache.close();
    }
  } finally {
    await fixture.dispose();
  }
}

async function collect<T>(items: Iterable<T> | AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

async function fill(cache: AnyCache, clock: FakeClock): Promise<void> {
  const names = ["Ada", "Bob", "Cleo", "Dan"];
  await cache.setMany(
    Array.from({ length: 700 }, (_, at) => [
      [at % 7, `entry ${at}`],
      { at, date: new Date(at), big: BigInt(at), text: "é".repeat(at % 50) },
    ]),
  );
  await cache.setMany(
    [null, -1.5, 7n, "", new Date(5), Uint8Array.of(0, 1)].map((key) => [key, new Map([[key, [key]]])] as const),
    { ttl: "2h" },
  );
  await cache.tables.books.putMany(
    Array.from({ length: 400 }, (_, at) => ({
      isbn: `${(at * 7919) % 400}`,
      title: `title ${at}`,
      authors: names.filter((_name, position) => (at >> position) % 2 === 0),
    })),
  );
  await cache.deletePrefix([3]);
  await cache.set("short", 1, { ttl: 1000 });
  await cache.tables.books.touch("12", "1h");
  await cache.tables.books.delete("13");
  clock.advance(1000);
}

/** All that can be seen of a cache, but for the versions of commits. */
async function seen(cache: AnyCache): Promise<unknown[]> {
  return [
    await collect(cache.keys()),
    await collect(cache.entries()),
    await collect(cache.values({ reverse: true, limit: 20 })),
    await collect(cache.entries({ prefix: [2], gte: [2, "entry 3"] })),
    await collect(cache.tables.books.entries()),
    await cache.tables.books.getBy("title", "title 77"),
    (await cache.tables.books.getEntry("12"))?.expiresAt,
    [await cache.size, await cache.tables.books.size],
  ];
}

const faces: readonly Face[] = ["async", "sync"];
const pairs = nodeHarnesses.flatMap((from) =>
  nodeHarnesses.flatMap((to) => faces.map((face) => ({ from, to, face, title: `${from.name} → ${to.name}, ${face}` }))),
);

describe("a cache goes from store to store", () => {
  test.each(pairs)("and is the same there, to the byte: $title", async ({ from, to, face }) => {
    const clock = new FakeClock();
    const origin = await within(from, face, clock, async (cache) => {
      await fill(cache, clock);
      return {
        listing: await seen(cache),
        chunks: await collect(cache.export()),
        bytes: await collect(cache.export({ versions: false })),
      };
    });
    await within(to, face, clock, async (cache) => {
      expect(await cache.import(origin.chunks)).toEqual({ tables: 2, entries: 1005, skipped: 0 });
      expect(await seen(cache)).toEqual(origin.listing);
      expect(Buffer.concat(await collect(cache.export({ versions: false }))).equals(Buffer.concat(origin.bytes))).toBe(true);
    });
  });

  test("and the same content makes the same export in all of them", async () => {
    const exports = await Promise.all(
      nodeHarnesses.flatMap((harness) =>
        faces.map((face) => {
          const clock = new FakeClock();
          return within(harness, face, clock, async (cache) => {
            await fill(cache, clock);
            return Buffer.concat(await collect(cache.export({ versions: false }))).toString("base64");
          });
        }),
      ),
    );
    expect(exports).toHaveLength(6);
    expect(new Set(exports).size).toBe(1);
  });
});
