import { describe, expect, test } from "vitest";
import { checksum } from "../src/checksum.ts";
import { type MemoryStore, memoryStore } from "../src/memory-store.ts";
import { openCache, openCacheSync } from "../src/open-cache.ts";
import { table } from "../src/table/declare-table.ts";
import { DEFAULT_TABLE } from "../src/table-id.ts";

interface User {
  readonly id: number;
  readonly email: string;
}

const users = table<User>()({ key: "id", indexes: { email: { on: "email", unique: true } } });
const clock = { now: () => Date.UTC(2030, 0, 1), schedule: () => () => {} };

async function collected(chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: number[] = [];
  for await (const chunk of chunks) all.push(...chunk);
  return Uint8Array.from(all);
}

/** The stream of the example in docs/export-format.md. */
async function exampleStream(): Promise<Uint8Array> {
  const cache = await openCache(memoryStore(), { clock, sweepInterval: false, tables: { users } });
  await cache.set("a", { n: 1 }, { ttl: "1h" });
  await cache.tables.users.put({ id: 7, email: "ada@x" });
  return collected(cache.export());
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

describe("the format of an export", () => {
  test("is that of the documented example, to the byte", async () => {
    expect(hex(await exampleStream())).toBe(
      [
        "8943414348450d0a0100000096657bf5",
        "6a1f9faf2b0000000185a46e616d65c0a776657273696f6e01a66f6c6465737401a36b6579a46e756c6ca7696e646578657390",
        "887059a63400000002030001001d0000000700000030610082a9657870697265734174cb427b8dafca280000a776657273696f6e02d4724091a16e01",
        "9df0f32a600000000185a46e616d65a57573657273a776657273696f6e01a66f6c6465737401a36b6579a65b226964225da7696e64657865739182a46e616d65" +
          "a5656d61696caa646566696e6974696f6eb65b22656d61696c222c747275652c66616c73652c305d",
        "2f163d5b3400000002090001000a0000001400000020c01c00000000000081a776657273696f6e03d4724092a26964a5656d61696c07a56164614078",
        "92a662b30d00000003020000000200000000000000",
      ].join(""),
    );
  });

  test("has a header that newer releases will keep: their exports are CACHE_VERSION, not CACHE_CORRUPT", async () => {
    const bytes = await exampleStream();
    const view = new DataView(bytes.buffer);
    view.setUint32(8, 2, true);
    view.setUint32(12, checksum(view, 0, 12), true);
    const cache = await openCache(memoryStore());
    await expect(cache.import([bytes])).rejects.toMatchObject({ code: "CACHE_VERSION" });
    expect(await cache.size).toBe(0);
  });

  test("says nothing of tags where there are none: exports of releases before tags are read", async () => {
    const cache = await openCache(memoryStore(), { clock, sweepInterval: false, tables: { users } });
    // The documented example is of such a release.
    await cache.import([await exampleStream()]);
    expect((await cache.getEntry("a"))?.tags).toEqual([]);
    await cache.set("a", { n: 1 }, { ttl: "1h", tags: ["é", "b"] });
    const bytes = await collected(cache.export({ versions: false }));
    // "tags", a list of two: "b" and "é".
    expect(hex(bytes)).toContain("82a9657870697265734174cb427b8dafca280000a47461677392a162a2c3a9");
    const copy = await openCache(memoryStore(), { clock, sweepInterval: false, tables: { users } });
    await copy.import([bytes]);
    expect((await copy.getEntry("a"))?.tags).toEqual(["b", "é"]);
  });

  test("comes in chunks of about 64 kB, each the caller's own", async () => {
    const cache = await openCache(memoryStore());
    await cache.setMany(Array.from({ length: 3000 }, (_, at) => [at, { at, text: "x".repeat(100) }]));
    const chunks: Uint8Array[] = [];
    for await (const chunk of cache.export()) chunks.push(chunk);
    expect(chunks.length).toBeGreaterThan(4);
    for (const chunk of chunks.slice(0, -1)) {
      expect(chunk.length).toBeGreaterThanOrEqual(65_536);
      expect(chunk.length).toBeLessThan(2 * 65_536 + 200);
      expect(chunk.buffer.byteLength).toBe(chunk.length);
    }
    const copy = await openCache(memoryStore());
    expect(await copy.import(chunks)).toEqual({ tables: 1, entries: 3000, skipped: 0 });
    expect(await copy.get(2999)).toEqual({ at: 2999, text: "x".repeat(100) });
  });
});

describe("what an import reads", () => {
  test("may be a ReadableStream, an asynchronous or a synchronous iteration, or an export itself", async () => {
    const bytes = await exampleStream();
    const sources = [
      new ReadableStream<Uint8Array>({
        start(controller) {
          for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
          controller.close();
        },
      }),
      (async function* () {
        yield bytes.subarray(0, 100);
        yield new Uint8Array(0);
        yield bytes.subarray(100);
      })(),
      new Set([bytes]),
    ];
    for (const source of sources) {
      const cache = await openCache(memoryStore(), { clock });
      expect(await cache.import(source)).toEqual({ tables: 2, entries: 2, skipped: 0 });
      const other = await openCache(memoryStore(), { clock, tables: { users } });
      expect(await other.import(cache.export())).toEqual({ tables: 2, entries: 2, skipped: 0 });
      expect(await other.tables.users.getBy("email", "ada@x")).toEqual({ id: 7, email: "ada@x" });
    }
  });

  test("is a TypeError when it gives something else, or takes its time on the synchronous face", async () => {
    const cache = await openCache(memoryStore());
    const sync = openCacheSync(memoryStore());
    const wrong: readonly unknown[] = [undefined, null, 5, {}, new Uint8Array(20), ["text"], [5]];
    for (const source of wrong) {
      await expect(cache.import(source as Uint8Array[])).rejects.toThrow(TypeError);
      expect(() => sync.import(source as Uint8Array[])).toThrow(TypeError);
    }
    const late = (async function* (): AsyncGenerator<Uint8Array> {})();
    expect(() => sync.import(late as unknown as Uint8Array[])).toThrow(TypeError);
    expect(() => sync.import(new ReadableStream() as unknown as Uint8Array[])).toThrow(TypeError);
  });

  test("is told when no more is wanted, and its own failure is the import's", async () => {
    const bytes = await exampleStream();
    const cache = await openCache(memoryStore());
    let stopped = 0;
    const source = (function* () {
      try {
        yield bytes.subarray(0, 40);
        yield new Uint8Array(1000);
        yield bytes;
      } finally {
        stopped++;
      }
    })();
    await expect(cache.import(source)).rejects.toMatchObject({ code: "CACHE_CORRUPT" });
    expect(stopped).toBe(1);
    let cancelled = 0;
    const stream = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(100)),
      cancel: () => {
        cancelled++;
      },
    });
    await expect(cache.import(stream)).rejects.toMatchObject({ code: "CACHE_CORRUPT" });
    expect(cancelled).toBe(1);
    const failure = new Error("the line is dead");
    const failing = (async function* () {
      yield bytes.subarray(0, 40);
      throw failure;
    })();
    await expect(cache.import(failing)).rejects.toBe(failure);
  });

  test("may hang: a signal ends the wait", async () => {
    const bytes = await exampleStream();
    const cache = await openCache(memoryStore());
    const reached = Promise.withResolvers<void>();
    const hanging = (async function* () {
      yield bytes.subarray(0, 40);
      reached.resolve();
      yield await new Promise<Uint8Array>(() => {});
    })();
    const abort = new AbortController();
    const running = cache.import(hanging, { signal: abort.signal });
    await reached.promise;
    abort.abort("enough");
    await expect(running).rejects.toBe("enough");
    await expect(cache.import([bytes], { signal: abort.signal })).rejects.toBe("enough");
  });

  test("is asked for no more than is being written", async () => {
    const store = memoryStore();
    const from = openCacheSync(store);
    from.setMany(Array.from({ length: 4000 }, (_, at) => [at, "x".repeat(200)]));
    const target = openCacheSync(memoryStore());
    let ahead = 0;
    const source = (function* () {
      let given = 0;
      for (const chunk of from.export()) {
        ahead = Math.max(ahead, given - target.stats().bytes);
        given += chunk.length;
        yield chunk;
      }
    })();
    expect(target.import(source).entries).toBe(4000);
    expect(ahead).toBeLessThan(4 * 65_536);
  });
});

describe("options of transfers", () => {
  test("are checked", async () => {
    const cache = openCacheSync(memoryStore());
    expect(() => cache.import([], { onConflict: "merge" as "skip" })).toThrow(TypeError);
    expect(() => cache.import([], { onconflict: "skip" } as object)).toThrow(TypeError);
    expect(() => cache.export({ table: [] } as object).next()).toThrow(TypeError);
    expect(() => cache.export({ tables: ["users"] }).next()).toThrow(TypeError);
  });

  test("choose tables, the default one by null", async () => {
    const cache = openCacheSync(memoryStore(), { tables: { users } });
    cache.set("a", 1);
    cache.tables.users.put({ id: 1, email: "x" });
    const countsOf = (tables: readonly (string | null)[] | undefined): object =>
      openCacheSync(memoryStore()).import(cache.export({ tables }));
    expect(countsOf([null])).toMatchObject({ tables: 1, entries: 1 });
    expect(countsOf(["users"])).toMatchObject({ tables: 1, entries: 1 });
    expect(countsOf(["users", null])).toMatchObject({ tables: 2, entries: 2 });
    expect(countsOf([])).toMatchObject({ tables: 0, entries: 0 });
    expect(countsOf(undefined)).toMatchObject({ tables: 2, entries: 2 });
  });
});

describe("damaged values", () => {
  /** A cache on a store in which one value of two is damaged. */
  function damagedStore(): MemoryStore {
    const store = memoryStore();
    const cache = openCacheSync(store);
    cache.setMany([
      ["a", 1],
      ["b", 2],
    ]);
    const row = store.range(DEFAULT_TABLE, { limit: 1 }).rows[0];
    if (!row?.stored) throw new Error("no row");
    const value = row.stored.value.slice();
    value[value.length - 1] = 0x7f;
    store.commitSync({ now: 0, checks: [], operations: [{ type: "set", table: DEFAULT_TABLE, key: row.key, ...row.stored, value }] });
    return store;
  }

  test("fail an export", () => {
    const cache = openCacheSync(damagedStore());
    expect(() => [...cache.export()]).toThrow(expect.objectContaining({ code: "CACHE_CORRUPT" }));
  });

  test('are left out and told with onCorrupt: "miss"', () => {
    const cache = openCacheSync(damagedStore(), { onCorrupt: "miss" });
    const errors: unknown[] = [];
    cache.on("error", (event) => errors.push(event));
    const copy = openCacheSync(memoryStore());
    expect(copy.import(cache.export())).toEqual({ tables: 1, entries: 1, skipped: 0 });
    expect([...copy.keys()]).toEqual(["b"]);
    expect(errors).toEqual([{ error: expect.objectContaining({ code: "CACHE_CORRUPT" }) }]);
  });
});
