import { table } from "@cache/core";
import type { CacheContext, OpenedCache } from "./cache-context.ts";
import { INDEXES, TABLES } from "./invariants.ts";
import { deleteRows, setRow } from "./rows.ts";
import type { StoreFace } from "./store-face.ts";

/** A table that used data once had. */
const usedTable = table<{ readonly id: number; readonly name: string; readonly tags: readonly string[] }>()({
  key: "id",
  indexes: { name: { on: "name", unique: true }, tag: { on: "tags", multi: true } },
});

/** Leaves data with traces of use, but without rows; with `tables` also of a typed table that was dropped. */
export async function useDataOfCache(context: CacheContext, tables: boolean): Promise<void> {
  await useCache(await context.reopen({}));
  if (!tables) return;
  const used = await context.reopen({ tables: { used: usedTable } });
  await used.tables.used.putMany([1, 2, 3].map((id) => ({ id, name: `n${id}`, tags: ["a", "b"] })));
  await used.tables.used.delete(2);
  const { root } = await context.reopen({});
  await root.dropTable("used");
}

/** Leaves a cache with traces of use, but without entries: record structures, reclaimed rows, versions. */
async function useCache({ root }: OpenedCache): Promise<void> {
  const shapes = [{ id: 1, name: "a" }, { size: 2, tags: ["b"] }, { nested: { deep: true } }, "text", 7];
  await root.setMany(shapes.map((shape, at) => [["used", at], shape, at % 2 === 0 ? {} : { ttl: "1h" }] as const));
  await root.delete(["used", 0]);
  await root.expire(["used", 1]);
  await root.namespace("used", "inside").set("key", { another: "shape" });
  await root.clear();
}

/** Leaves a store with traces of use, but without rows. */
export async function useStore(store: StoreFace): Promise<void> {
  for (const id of TABLES) {
    const lines = INDEXES.map((index) => [index, `line ${index}`] as const);
    await store.put(["a", "b", "c"].map((key) => setRow(id, key, `value of ${key}`, { lines })));
    await store.put([deleteRows(id)]);
  }
}
