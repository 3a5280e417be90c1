import { type Cache, openCache, type Store, table, type TableDefinition, type TypesOf } from "@cache/core";
import { lmdbStore } from "@cache/lmdb";
import { sqliteStore } from "@cache/sqlite";
import { mkdirSync } from "node:fs";
import { join } from "node:path";

/** What the tables keep: some hundred bytes, as metadata is. */
export interface Item {
  readonly name: string;
  readonly size: number;
  readonly md5: string;
}

const unbounded = table<Item, number>()();

/** A cache with a table of items. */
export type ItemCache = Cache<unknown, "async", unknown, { readonly items: TableDefinition<TypesOf<typeof unbounded>> }>;

/** The engines that bounded tables are measured on. */
export const engines = {
  lmdb: (folder: string): Store => lmdbStore({ path: folder }),
  sqlite: (folder: string): Store => {
    mkdirSync(folder, { recursive: true });
    return sqliteStore({ path: join(folder, "items.db") });
  },
} as const satisfies Readonly<Record<string, (folder: string) => Store>>;

/** Opens a cache whose table keeps at most so many entries; `Infinity` for any number. */
export function openItems(engine: keyof typeof engines, folder: string, maxEntries: number): Promise<ItemCache> {
  const items = maxEntries === Number.POSITIVE_INFINITY ? unbounded : table<Item, number>()({ maxEntries });
  return openCache(engines[engine](folder), { tables: { items }, sweepInterval: false });
}

/** The item with a number. */
export function itemOf(id: number): Item {
  return { name: `disk image ${id}.vhd`, size: id * 4096, md5: (id * 0x9e37_79b1).toString(16).padStart(32, "0") };
}

const TURN = 1000;

/** Fills a table with so many items, under even keys. */
export async function fill({ tables: { items } }: ItemCache, count: number): Promise<void> {
  for (let from = 0; from < count; from += TURN) {
    const ids = Array.from({ length: Math.min(TURN, count - from) }, (_, at) => (from + at) * 2);
    await items.setMany(ids.map((id) => [id, itemOf(id)]));
  }
}
