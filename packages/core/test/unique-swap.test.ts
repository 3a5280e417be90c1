import { expect, test } from "vitest";
import { memoryStore } from "../src/memory-store.ts";
import { openCache } from "../src/open-cache.ts";
import type { Store } from "../src/store.ts";
import { table } from "../src/table/declare-table.ts";
import { FIRST_TABLE } from "../src/table-id.ts";

interface Seat {
  readonly id: number;
  readonly guest: string;
}

const seats = table<Seat>()({ key: "id", indexes: { guest: { on: "guest", unique: true } } });

test("rows that swap their entries do so although another process writes them at the same moment", async () => {
  const memory = memoryStore();
  let disturbances = 0;
  const store: Store = {
    name: "memory that another process writes to",
    capabilities: { ...memory.capabilities, sync: false },
    open: () => memory.open(),
    close: () => memory.close(),
    destroy: () => memory.destroy(),
    get: (id, key) => memory.get(id, key),
    getMany: (id, keys) => memory.getMany(id, keys),
    range: (id, query) => memory.range(id, query),
    usage: (id) => memory.usage(id),
    commit(batch) {
      const relied = batch.checks.find((check) => check.type === "version" && check.table === FIRST_TABLE);
      if (relied?.type === "version" && disturbances < 3) {
        disturbances++;
        const row = memory.get(relied.table, relied.key);
        if (!row) throw new Error("a row is relied on that isn't there");
        memory.commitSync({ now: batch.now, checks: [], operations: [{ type: "set", table: relied.table, key: relied.key, ...row }] });
      }
      return memory.commitSync(batch);
    },
    flush: () => {},
  };
  await using cache = await openCache(store, { tables: { seats } });
  await cache.tables.seats.putMany([
    { id: 1, guest: "Ada" },
    { id: 2, guest: "Bob" },
  ]);
  await cache.tables.seats.putMany([
    { id: 1, guest: "Bob" },
    { id: 2, guest: "Ada" },
  ]);
  expect(disturbances).toBe(3);
  expect(await cache.tables.seats.getBy("guest", "Ada")).toEqual({ id: 2, guest: "Ada" });
  expect(await cache.tables.seats.getBy("guest", "Bob")).toEqual({ id: 1, guest: "Bob" });
});
