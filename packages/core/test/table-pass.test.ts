import { expect, test } from "vitest";
import type { Clock } from "../src/clock.ts";
import { CacheError } from "../src/errors.ts";
import { memoryStore } from "../src/memory-store.ts";
import { passKey } from "../src/migration/pass-key.ts";
import { openCache } from "../src/open-cache.ts";
import type { Store, SyncStore } from "../src/store.ts";
import { readCatalog } from "../src/table/read-catalog.ts";
import { table } from "../src/table/declare-table.ts";
import { SYSTEM_TABLE } from "../src/table-id.ts";
import { sealPlain } from "../src/value-codec.ts";

interface Item {
  readonly id: number;
  readonly name: string;
}

const bare = table<Item>()({ key: "id" });
const byName = table<Item>()({ key: "id", indexes: { name: { on: "name", unique: true } } });
const items = (count: number): Item[] => Array.from({ length: count }, (_, id) => ({ id, name: `n${id}` }));

/** A clock that stands still and wakes nobody. */
const still: Clock = { now: () => 1000, schedule: () => () => {} };

const turn = (): Promise<void> => new Promise(setImmediate);

/** A memory store that stays open, and whose commits take two turns of the event loop. */
function slowStore(memory: SyncStore): Store {
  return {
    name: "slow memory",
    capabilities: { ...memory.capabilities, sync: false },
    open: () => {},
    close: () => {},
    destroy: () => {},
    get: (id, key) => memory.get(id, key),
    getMany: (id, keys) => memory.getMany(id, keys),
    range: (id, query) => memory.range(id, query),
    usage: (id) => memory.usage(id),
    async commit(batch) {
      await turn();
      await turn();
      return memory.commitSync(batch);
    },
    flush: () => {},
  };
}

/** A store with rows of a table that has no index yet. */
async function filled(count: number): Promise<Store> {
  const memory = memoryStore();
  memory.open();
  const store = slowStore(memory);
  const cache = await openCache(store, { tables: { items: bare, others: bare }, clock: still });
  await cache.tables.items.putMany(items(count));
  await cache.tables.others.putMany(items(count));
  await cache.close();
  return store;
}

test("an index is built although a row in it is written without a pause", { timeout: 5000 }, async () => {
  const store = await filled(300);
  await using cache = await openCache(store, { tables: { items: byName }, clock: still });
  const built = new AbortController();
  let writes = 0;
  const writer = async (): Promise<void> => {
    while (!built.signal.aborted) await cache.tables.items.put({ id: 5, name: `write ${writes++}` });
  };
  const writing = writer();
  const stateOf = async (): Promise<unknown> => (await cache.listTables())[0]?.indexes[0]?.state;
  let state = await stateOf();
  for (let turns = 0; turns < 500 && state !== "ready"; turns++) {
    await turn();
    state = await stateOf();
  }
  built.abort();
  await writing;
  expect(state).toBe("ready");
  expect(await cache.tables.items.getBy("name", `write ${writes - 1}`)).toEqual({ id: 5, name: `write ${writes - 1}` });
  expect(await cache.tables.items.getBy("name", "n299")).toEqual({ id: 299, name: "n299" });
});

test("a deadline that is moved while its row is migrated stays moved", async () => {
  const store = await filled(10);
  const next = table<Item>()({ key: "id", version: 2, migrate: (old) => old as Item });
  await using cache = await openCache(store, { tables: { items: next }, clock: still });
  const touched = cache.tables.items.touch(3, 5000);
  const migrated = cache.migrate();
  expect(await touched).toBe(true);
  expect((await migrated)[0]?.migrated).toBe(10);
  expect((await cache.tables.items.getEntry(3))?.expiresAt).toBe(6000);
});

test("a deadline that is moved while its row is read and written back stays moved", async () => {
  const store = await filled(10);
  const next = table<Item>()({ key: "id", version: 2, migrate: (old) => old as Item });
  const later: Store = {
    ...store,
    // As of an engine that takes its time to read.
    get: async (id, key) => {
      const stored = store.get(id, key);
      for (let turns = 0; turns < 5; turns++) await turn();
      return stored;
    },
  };
  await using cache = await openCache(later, { tables: { items: next }, clock: still });
  const read = cache.tables.items.get(3);
  const touched = cache.tables.items.touch(3, 5000);
  expect([await read, await touched]).toEqual([{ id: 3, name: "n3" }, true]);
  expect((await cache.tables.items.getEntry(3))?.expiresAt).toBe(6000);
});

test("a deadline that is moved while its row is updated by a query stays moved", async () => {
  const store = await filled(10);
  const later: Store = {
    ...store,
    range: async (id, query) => {
      const page = store.range(id, query);
      for (let turns = 0; turns < 5; turns++) await turn();
      return page;
    },
  };
  await using cache = await openCache(later, { tables: { items: bare }, clock: still });
  const updated = cache.tables.items
    .query()
    .eq(3)
    .update((item) => ({ ...item, name: "changed" }));
  const touched = cache.tables.items.touch(3, 5000);
  expect([await updated, await touched]).toEqual([1, true]);
  expect(await cache.tables.items.getEntry(3)).toMatchObject({ value: { name: "changed" }, expiresAt: 6000 });
});

test("a cache whose indexes are being built by another process closes at once", { timeout: 2000 }, async () => {
  const store = await filled(10);
  const { tables } = await readCatalog(store);
  const progress = sealPlain({ subject: "", cursor: null, done: 0, total: 10, owner: "another", until: still.now() + 5000 });
  await store.commit({
    now: still.now(),
    checks: [],
    operations: tables.map(({ id }) => ({
      type: "set",
      table: SYSTEM_TABLE,
      key: passKey(id, "index"),
      value: progress,
      expiresAt: Number.POSITIVE_INFINITY,
      entries: [],
    })),
  });
  const cache = await openCache(store, { tables: { items: byName, others: byName }, clock: still });
  for (let turns = 0; turns < 5; turns++) await turn();
  const [waiting] = await Promise.allSettled([cache.tables.items.getBy("name", "n1"), cache.close()]);
  expect(waiting).toMatchObject({ status: "rejected", reason: { code: "CACHE_CLOSED" } });
});

test("an index is built, and rows are migrated, though how far others had come can't be read", async () => {
  const store = await filled(10);
  const { tables } = await readCatalog(store);
  const operations = tables.flatMap(({ id }) =>
    (["index", "migrate"] as const).map((kind) => ({
      type: "set" as const,
      table: SYSTEM_TABLE,
      key: passKey(id, kind),
      value: new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]),
      expiresAt: Number.POSITIVE_INFINITY,
      entries: [],
    })),
  );
  await store.commit({ now: still.now(), checks: [], operations });
  const next = table<Item>()({ key: "id", indexes: { name: { on: "name" } }, version: 2, migrate: (old) => old as Item });
  await using cache = await openCache(store, { tables: { items: next }, clock: still });
  expect(await cache.listTables()).toHaveLength(2);
  expect((await cache.migrate())[0]?.migrated).toBe(10);
  expect(await cache.tables.items.query().index("name").eq("n1").first()).toEqual({ id: 1, name: "n1" });
});

test("a size that can't be told fails once", async () => {
  const failure = new CacheError("CACHE_IO", "no disk");
  const memory = memoryStore();
  memory.open();
  const broken: Store = {
    ...slowStore(memory),
    usage: () => Promise.reject(failure),
    range: async () => {
      await turn();
      throw failure;
    },
  };
  await using cache = await openCache(broken, { clock: still });
  await expect(cache.size).rejects.toBe(failure);
  await turn();
  await turn();
});
