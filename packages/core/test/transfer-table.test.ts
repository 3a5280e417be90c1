import { describe, expect, test } from "vitest";
import type { Cache } from "../src/cache.ts";
import { memoryStore } from "../src/memory-store.ts";
import { openCache } from "../src/open-cache.ts";
import { table } from "../src/table/declare-table.ts";

interface User {
  readonly id: number;
  readonly email: string;
}

const users = table<User>()({ key: "id", indexes: { email: { on: "email", unique: true } } });
const tables = { users };

function userOf(id: number): User {
  return { id, email: `${id}@x.org` };
}

/** The export of a table of so many users, as one chunk. */
async function exportOf(count: number): Promise<Uint8Array> {
  const cache = await openCache(memoryStore(), { tables });
  await cache.tables.users.putMany(Array.from({ length: count }, (_, id) => userOf(id)));
  return joined(cache.export());
}

async function joined(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const bytes: number[] = [];
  for await (const chunk of chunks) bytes.push(...chunk);
  return Uint8Array.from(bytes);
}

/** Gives bytes in pieces, and runs some work once most of them are given. */
async function* interrupted(bytes: Uint8Array, work: () => Promise<void>): AsyncGenerator<Uint8Array> {
  const middle = Math.floor(bytes.length * 0.9);
  yield bytes.subarray(0, middle);
  await work();
  yield bytes.subarray(middle);
}

describe("a table that the importing cache doesn't declare", () => {
  test("loses its indexes: who has it open with them is told to open it anew, and then finds all rows", async () => {
    const store = memoryStore();
    const declaring = await openCache(store, { tables });
    await declaring.tables.users.putMany([userOf(1000), userOf(1001)]);
    const importing = await openCache(store);
    expect(await importing.import([await exportOf(300)])).toEqual({ tables: 2, entries: 300, skipped: 0 });
    await expect(declaring.tables.users.put(userOf(7))).rejects.toMatchObject({ code: "CACHE_VERSION" });
    const again = await openCache(store, { tables });
    for (const id of [0, 299, 1000, 1001]) expect(await again.tables.users.getBy("email", `${id}@x.org`)).toEqual(userOf(id));
  });

  test("may be declared while its rows are imported: then the import fails, and no row lacks its index entries", async () => {
    const store = memoryStore();
    const importing = await openCache(store);
    const bytes = await exportOf(5000);
    let declaring: Cache<unknown, "async", unknown, typeof tables> | undefined;
    const source = interrupted(bytes, async () => {
      declaring = await openCache(store, { tables });
    });
    await expect(importing.import(source)).rejects.toMatchObject({ code: "CACHE_VERSION" });
    const there = await declaring?.tables.users.size;
    expect(there).toBeGreaterThan(0);
    expect(there).toBeLessThan(5000);
    for (let id = 0; id < (there ?? 0); id += 97) expect(await declaring?.tables.users.getBy("email", `${id}@x.org`)).toEqual(userOf(id));
    // Tried again, it takes the indexes away first.
    expect(await importing.import([bytes])).toEqual({ tables: 2, entries: 5000, skipped: 0 });
    const again = await openCache(store, { tables });
    expect(await again.tables.users.getBy("email", "4999@x.org")).toEqual(userOf(4999));
  });

  test("may be dropped while its rows are imported", async () => {
    const store = memoryStore();
    const importing = await openCache(store);
    const dropping = await openCache(store);
    const bytes = await exportOf(5000);
    const source = interrupted(bytes, async () => {
      expect(await dropping.dropTable("users")).toBe(true);
    });
    await expect(importing.import(source)).rejects.toMatchObject({ code: "CACHE_VERSION" });
    expect(await importing.listTables()).toEqual([]);
    expect(await importing.import([bytes])).toMatchObject({ entries: 5000 });
  });

  test("takes the newer of two versions, and the older of what its rows may have", async () => {
    const cache = await openCache(memoryStore());
    const importVersion = async (version: number): Promise<void> => {
      const from = await openCache(memoryStore(), { tables: { users: table<User>()({ key: "id", version }) } });
      await from.tables.users.put(userOf(version));
      await cache.import(from.export());
    };
    await importVersion(3);
    await importVersion(2);
    await importVersion(5);
    expect(await cache.listTables()).toMatchObject([{ table: "users", version: 5, oldest: 2, entries: 3 }]);
    const otherKey = await openCache(memoryStore(), { tables: { users: table<User>()({ key: "email" }) } });
    await expect(cache.import(otherKey.export())).rejects.toMatchObject({ code: "CACHE_VERSION" });
  });
});

describe("imports beside other work", () => {
  test("two at once, both skipping what is there, leave each row once", async () => {
    const store = memoryStore();
    const caches = await Promise.all([openCache(store, { tables }), openCache(store, { tables })]);
    const bytes = await exportOf(1000);
    const results = await Promise.all(caches.map((cache) => cache.import([bytes], { onConflict: "skip" })));
    expect(results.reduce((sum, { entries, skipped }) => sum + entries + skipped, 0)).toBe(2000);
    expect(results.reduce((sum, { entries }) => sum + entries, 0)).toBe(1000);
    expect(await caches[0]?.tables.users.size).toBe(1000);
  });

  test("fail with CACHE_CLOSED when the cache is closed under them", async () => {
    const cache = await openCache(memoryStore());
    const source = interrupted(await exportOf(5000), () => cache.close());
    await expect(cache.import(source)).rejects.toMatchObject({ code: "CACHE_CLOSED" });
    const exporting = await openCache(memoryStore());
    await exporting.setMany(Array.from({ length: 5000 }, (_, at) => [at, "x".repeat(100)]));
    const chunks = exporting.export();
    await chunks.next();
    await exporting.close();
    await expect(joined(chunks)).rejects.toMatchObject({ code: "CACHE_CLOSED" });
  });

  test("an export sees what was written before it, and each row that stays once, whatever is written meanwhile", async () => {
    const cache = await openCache(memoryStore(), { tables });
    await cache.tables.users.putMany(Array.from({ length: 3000 }, (_, id) => userOf(id * 2)));
    const unawaited = cache.tables.users.put(userOf(1));
    const copy = await openCache(memoryStore(), { tables });
    const chunks = cache.export();
    let round = 0;
    const source = (async function* () {
      for await (const chunk of chunks) {
        round++;
        await cache.tables.users.putMany([userOf(10_001 + round * 2), userOf(round * 2 + 1)]);
        await cache.tables.users.delete(5998);
        yield chunk;
      }
    })();
    await copy.import(source);
    await unawaited;
    const ids = new Set<unknown>();
    for await (const id of copy.tables.users.keys()) ids.add(id);
    for (let id = 0; id < 2999; id++) expect(ids.has(id * 2)).toBe(true);
    expect(ids.has(1)).toBe(true);
  });
});
