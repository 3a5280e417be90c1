import { expect, test } from "vitest";
import type { ImportResult } from "../src/transfer/transfer.ts";
import { type MemoryStore, memoryStore } from "../src/memory-store.ts";
import { openCache } from "../src/open-cache.ts";
import { table } from "../src/table/declare-table.ts";
import { FIRST_TABLE } from "../src/table-id.ts";
import { valueVersion } from "../src/value-codec.ts";

interface Note {
  readonly id: number;
  readonly title: string;
}

const first = table<{ readonly id: number; readonly text: string }>()({ key: "id" });
const second = table<Note>()({
  key: "id",
  version: 2,
  migrate: {
    2: {
      up: (old) => {
        const { id, text } = old as { readonly id: number; readonly text: string };
        return { id, title: text };
      },
      down: (value) => {
        const { id, title } = value as Note;
        return { id, text: title };
      },
    },
  },
});

/** A store with notes of version 1. */
async function storeOf(from: number, count: number): Promise<MemoryStore> {
  const store = memoryStore();
  const cache = await openCache(store, { tables: { notes: first } });
  await cache.tables.notes.putMany(Array.from({ length: count }, (_, at) => ({ id: from + at, text: `${from + at}` })));
  await cache.close();
  return store;
}

/** The versions of the rows of a store's one table. */
function versionsIn(store: MemoryStore): number[] {
  return store.range(FIRST_TABLE, { limit: 5000 }).rows.map(({ stored }) => valueVersion(stored?.value ?? new Uint8Array(0)));
}

test("rows of an older version that arrive behind a migration under way are migrated, too", async () => {
  const old = await openCache(await storeOf(0, 50));
  const store = await storeOf(100, 1000);
  const cache = await openCache(store, { tables: { notes: second } });
  let importing: Promise<ImportResult> | undefined;
  await cache.migrate({ onProgress: () => void (importing ??= cache.import(old.export())) });
  expect(await importing).toMatchObject({ entries: 50 });
  await cache.migrate();
  expect((await cache.listTables())[0]).toMatchObject({ version: 2, oldest: 2, entries: 1050 });
  expect(new Set(versionsIn(store))).toEqual(new Set([2]));
});

test("rows of an older version that arrive after a migration are migrated by the next one", async () => {
  const old = await openCache(await storeOf(0, 3));
  const store = await storeOf(100, 3);
  const cache = await openCache(store, { tables: { notes: second } });
  await cache.migrate();
  await cache.import(old.export());
  expect((await cache.listTables())[0]).toMatchObject({ version: 2, oldest: 1 });
  expect(await cache.migrate()).toMatchObject([{ migrated: 3 }]);
  expect(versionsIn(store)).toEqual([2, 2, 2, 2, 2, 2]);
});

test("a table that is being migrated down can't be exported before that is done", async () => {
  const store = await storeOf(0, 1000);
  const cache = await openCache(store, { tables: { notes: second } });
  await cache.migrate();
  const tool = await openCache(store);
  const copy = await openCache(memoryStore());
  let exporting: Promise<void> | undefined;
  const tried = async (): Promise<void> => {
    await expect(copy.import(tool.export())).rejects.toMatchObject({ code: "CACHE_VERSION" });
  };
  await cache.migrate({ to: { notes: 1 }, onProgress: () => void (exporting ??= tried()) });
  await exporting;
  expect(await copy.import(tool.export())).toMatchObject({ entries: 1000 });
  expect((await copy.listTables())[0]).toMatchObject({ version: 1, oldest: 1 });
});
