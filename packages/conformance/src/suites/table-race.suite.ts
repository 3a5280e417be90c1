import { type MigrateOptions, table } from "@cache/core";
import { equal, ok, throwsCode, throwsReason } from "../assert.ts";
import { files, type FileV1, v1, v3 } from "../file-versions.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { collect, turn, until } from "../turns.ts";

const byPath = table<FileV1>()({ key: "id", indexes: { path: { on: "path", unique: true } } });
const settings = { options: { tables: { files: v1 } }, requires: ["reopens", "shares"] } as const;
const reason = new Error("enough for today");

/** Options of a migration that stops after its first commit. */
function once(to?: MigrateOptions["to"]): MigrateOptions {
  const stop = new AbortController();
  return { to, signal: stop.signal, onProgress: () => stop.abort(reason) };
}

/** Programs of several versions at work on the same table at once. */
export const tableRaceSuite: readonly CacheScenario[] = [
  cacheScenario(
    "table-race/other-key",
    "once another cache keeps an empty table by another key, nobody writes by the former one",
    async (context) => {
      const { tables } = await context.another({ tables: { files: table<FileV1>()({ key: "path" }) } });
      await tables.files.put({ id: 1, path: "/a" });
      await throwsCode("CACHE_VERSION", () => context.tables.files.put({ id: 2, path: "/b" }), "put by the former key");
      equal(await collect(tables.files.keys()), ["/a"], "the keys");
    },
    settings,
  ),

  cacheScenario(
    "table-race/conflict-again",
    "a cache that tries again to build an index in conflict doesn't shut out those that declare it, too",
    async (context) => {
      await context.tables.files.putMany([...files(10), { id: 10, path: "/f1/n1" }]);
      const { tables } = await context.reopen({ tables: { files: byPath } });
      await throwsCode("CACHE_UNIQUE", () => tables.files.getBy("path", "/f0/n0"), "getBy while two rows have the same entry");
      await tables.files.delete(10);
      const other = await context.another({ tables: { files: byPath } });
      equal((await other.tables.files.getBy("path", "/f1/n1"))?.id, 1, "a row found by the other cache");
      await turn();
      await tables.files.put({ id: 20, path: "/twenty" });
      equal((await tables.files.getBy("path", "/twenty"))?.id, 20, "a row written and found by the first");
      await throwsCode("CACHE_UNIQUE", () => tables.files.put({ id: 21, path: "/f2/n2" }), "put of an entry that is taken");
    },
    settings,
  ),

  cacheScenario(
    "table-race/sweep",
    "what is expired is swept from tables that others have declared anew, and from all the others",
    async (context) => {
      await context.tables.files.put({ id: 1, path: "/a" }, { ttl: 10 });
      await context.another({ tables: { files: byPath } });
      await turn();
      context.clock.advance(20);
      equal(await context.root.sweep(), { removed: 1, more: false }, "what was swept");
    },
    settings,
  ),

  cacheScenario(
    "table-race/stopped",
    "a migration that was stopped or has failed is free to be gone on with at once",
    async (context) => {
      await context.tables.files.putMany(files(300));
      let isBroken = true;
      const failing = table<FileV1>()({
        key: "id",
        version: 2,
        migrate(old: FileV1) {
          if (isBroken && old.id === 200) throw reason;
          return old;
        },
      });
      const { root } = await context.reopen({ tables: { files: failing } });
      await throwsReason(reason, () => root.migrate(once()), "migrate that is stopped");
      await throwsReason(reason, () => root.migrate(), "migrate that fails");
      isBroken = false;
      const [result] = await root.migrate();
      equal(result?.migrated, 172, "the rows that were left");
    },
    { ...settings, requires: ["reopens"] },
  ),

  cacheScenario(
    "table-race/closed",
    "a cache that is closed during a migration leaves it to whoever opens the next",
    async (context) => {
      await context.tables.files.putMany(files(300));
      const { root } = await context.reopen({ tables: { files: v3 } });
      const closing: unknown[] = [];
      await throwsCode("CACHE_CLOSED", () => root.migrate({ onProgress: () => closing.push(root.close()) }), "migrate");
      await Promise.all(closing);
      const again = await context.reopen({ tables: { files: v3 } });
      equal((await again.root.migrate())[0]?.migrated, 172, "the rows that were left");
    },
    { ...settings, requires: ["reopens"] },
  ),

  cacheScenario(
    "table-race/lowered-by-older",
    "a program does not bring a table down that a newer one has taken over",
    async (context) => {
      await context.tables.files.putMany(files(3));
      const steps = { 2: { up: (old: unknown) => old, down: (value: unknown) => value } };
      const second = await context.reopen({ tables: { files: table<FileV1>()({ key: "id", version: 2, migrate: steps }) } });
      const { root, tables } = await context.another({ tables: { files: v3 } });
      await root.migrate();
      await throwsCode("CACHE_VERSION", () => second.root.migrate({ to: { files: 1 } }), "migrate by the older program");
      equal((await root.listTables())[0]?.version, 3, "the table's version");
      equal((await tables.files.get(2))?.name, "n2", "a row");
      await tables.files.put({ id: 9, folder: "", name: "nine" });
    },
    settings,
  ),

  cacheScenario(
    "table-race/index-while-lowered",
    "an index that is built while a table is brought down leads to all rows in the end",
    async (context) => {
      await context.tables.files.putMany(files(300));
      const newer = await context.reopen({ tables: { files: v3 } });
      await newer.root.migrate();
      await throwsReason(reason, () => newer.root.migrate(once({ files: 1 })), "migrate");
      const older = await context.another({ tables: { files: byPath } });
      await throwsCode("CACHE_VERSION", () => older.tables.files.getBy("path", "/f5/n299"), "the index, half way");
      await newer.root.migrate({ to: { files: 1 } });
      context.clock.advance(20_000);
      const found: (number | undefined)[] = [];
      for (const id of [0, 127, 128, 200, 299]) found.push((await older.tables.files.getBy("path", `/f${id % 7}/n${id}`))?.id);
      equal(found, [0, 127, 128, 200, 299], "the rows found in the end");
    },
    settings,
  ),

  cacheScenario(
    "table-race/index-before-migration",
    "an index is not taken for built as long as there are rows that nobody can migrate",
    async (context) => {
      await context.tables.files.putMany(files(30));
      const indexes = { path: { on: "path", unique: true } } as const;
      const without = await context.reopen({ tables: { files: table<FileV1>()({ key: "id", version: 2, indexes }) } });
      await throwsCode("CACHE_VERSION", () => without.tables.files.getBy("path", "/f5/n5"), "getBy without a migration");
      const withIt = table<FileV1>()({ key: "id", version: 2, indexes, migrate: (old) => old as FileV1 });
      const { tables } = await context.reopen({ tables: { files: withIt } });
      equal((await tables.files.getBy("path", "/f5/n5"))?.id, 5, "the row found with it");
    },
    { ...settings, requires: ["reopens"] },
  ),

  cacheScenario(
    "table-race/down-up-down",
    "a way down that was left half way, and taken up again from above, leaves no row behind",
    async (context) => {
      await context.tables.files.putMany(files(300));
      const first = await context.reopen({ tables: { files: v3 } });
      await first.root.migrate();
      await throwsReason(reason, () => first.root.migrate(once({ files: 1 })), "migrate");
      const second = await context.reopen({ tables: { files: v3 } });
      await second.tables.files.put({ id: -1, folder: "/x", name: "y" });
      await second.root.migrate({ to: { files: 1 } });
      const { tables } = await context.reopen();
      equal(await tables.files.get(-1), { id: -1, path: "/x/y" }, "a row written in between");
      equal((await collect(tables.files.values())).length, 301, "the rows that can be read");
    },
    { ...settings, requires: ["reopens"] },
  ),

  cacheScenario(
    "table-race/clock-back",
    "work that a process left when its clock was ahead is free to others",
    async (context) => {
      await context.tables.files.putMany(files(300));
      const left = await context.reopen({ tables: { files: byPath } });
      context.clock.advance(1);
      const [info] = await left.root.listTables();
      ok((info?.indexes[0]?.progress?.done ?? 0) > 0, "the work to have begun");
      context.clock.jump(context.clock.now() - 365 * 86_400_000);
      const { tables } = await context.another({ tables: { files: byPath } });
      equal((await tables.files.getBy("path", "/f5/n299"))?.id, 299, "the last row");
    },
    { ...settings, requires: ["reopens", "shares", "sync"] },
  ),

  cacheScenario(
    "table-race/long-turn",
    "an index is not read once another cache has dropped it, however long the turn",
    async (context) => {
      await context.tables.files.putMany(files(30));
      const { tables, cache } = await context.reopen({ tables: { files: byPath } });
      equal((await tables.files.getBy("path", "/f5/n5"))?.id, 5, "the row found");
      const newer = await context.another();
      await cache.set("a", 1);
      await until(async () => {
        if (context.face === "sync") context.clock.advance(5);
        return (await newer.root.listTables())[0]?.indexes.length === 0;
      }, "the index is gone");
      await cache.set("b", 1);
      await throwsCode("CACHE_VERSION", () => tables.files.query().index("path").count(), "the rows found by a dropped index");
      await throwsCode("CACHE_VERSION", () => tables.files.getBy("path", "/f5/none"), "that it leads to none");
    },
    settings,
  ),
];
