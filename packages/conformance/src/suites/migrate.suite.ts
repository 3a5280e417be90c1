import { table } from "@cache/core";
import { equal, ok, throwsCode, throwsReason, throwsType } from "../assert.ts";
import { files, type FileV1, v1, v3 } from "../file-versions.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";

const settings = { options: { tables: { files: v1 } }, requires: ["reopens"] } as const;

/** Bringing all rows of a table to another version at once. */
export const migrateSuite: readonly CacheScenario[] = [
  cacheScenario(
    "migration/all",
    "migrate rewrites all rows, tells how far it is, and has nothing to do a second time",
    async (context) => {
      await context.tables.files.putMany(files(300));
      const { tables, root } = await context.reopen({ tables: { files: v3 } });
      const [before] = await root.listTables();
      equal([before?.version, before?.oldest], [3, 1], "the versions before");
      const seen: number[] = [];
      const results = await root.migrate({ onProgress: ({ table: name, done }) => seen.push(name === "files" ? done : -1) });
      equal(results, [{ table: "files", version: 3, migrated: 300, dropped: 0 }], "the result");
      ok(seen.length >= 3 && seen.at(-1) === 300, "progress in several steps up to all rows");
      equal(
        seen.toSorted((a, b) => a - b),
        seen,
        "progress, which never goes back",
      );
      equal((await root.listTables())[0]?.oldest, 3, "the oldest version after");
      equal(await root.migrate(), [{ table: "files", version: 3, migrated: 0, dropped: 0 }], "the second result");
      equal((await tables.files.get(299))?.name, "n299", "a value");
    },
    settings,
  ),

  cacheScenario(
    "migration/resumed",
    "a migration that was stopped goes on where it was, also in another process",
    async (context) => {
      await context.tables.files.putMany(files(500));
      const stopped = await context.reopen({ tables: { files: v3 } });
      const stop = new AbortController();
      const reason = new Error("enough for today");
      await throwsReason(reason, () => stopped.root.migrate({ signal: stop.signal, onProgress: () => stop.abort(reason) }), "migrate");
      // What a process that has died held is free after a while.
      context.clock.advance(60_000);
      const { root } = await context.reopen({ tables: { files: v3 } });
      const [result] = await root.migrate();
      ok(result && result.migrated > 0 && result.migrated < 500, "fewer rows than there are were left to migrate");
      equal((await root.listTables())[0]?.oldest, 3, "the oldest version after");
    },
    settings,
  ),

  cacheScenario(
    "migration/meanwhile",
    "what is written during a migration is not overwritten by it",
    async (context) => {
      await context.tables.files.putMany(files(400));
      const { tables, root } = await context.reopen({ tables: { files: v3 } });
      const written: unknown[] = [];
      await root.migrate({
        onProgress: ({ done }) => {
          if (done < 400) written.push(tables.files.put({ id: 399, folder: "/new", name: `after ${done}` }), tables.files.delete(398));
        },
      });
      await Promise.all(written);
      ok((await tables.files.get(399))?.name.startsWith("after "), "the row that was written meanwhile");
      equal(await tables.files.has(398), false, "the row that was removed meanwhile");
      equal(await tables.files.size, 399, "the size");
    },
    settings,
  ),

  cacheScenario(
    "migration/down",
    "migrate brings a table down where there are steps; the older program reads it, this one writes no more",
    async (context) => {
      await context.tables.files.putMany(files(200));
      const newer = await context.reopen({ tables: { files: v3 } });
      await newer.tables.files.put({ id: 200, folder: "/x", name: "y" });
      await newer.root.migrate();
      equal(await newer.root.migrate({ to: { files: 1 } }), [{ table: "files", version: 1, migrated: 201, dropped: 0 }], "the result");
      await throwsCode("CACHE_VERSION", () => newer.tables.files.put({ id: 1, folder: "", name: "" }), "put of the newer program");
      const { tables } = await context.reopen();
      equal(await tables.files.get(200), { id: 200, path: "/x/y" }, "what the newer program wrote");
      equal(await tables.files.size, 201, "the size");
      await tables.files.put({ id: 0, path: "/again" });
      const again = await context.reopen({ tables: { files: v3 } });
      equal(await again.tables.files.get(0), { id: 0, folder: "", name: "again" }, "a row that went down and came up");
    },
    settings,
  ),

  cacheScenario(
    "migration/no-way-down",
    "a table whose steps have no way down stays as it is",
    async (context) => {
      await context.tables.files.put({ id: 1, path: "/a" });
      const oneWay = table<FileV1>()({ key: "id", version: 2, migrate: { 2: { up: (old) => old } } });
      const { root, tables } = await context.reopen({ tables: { files: oneWay } });
      await throwsCode("CACHE_VERSION", () => root.migrate({ to: { files: 1 } }), "migrate down");
      await tables.files.put({ id: 2, path: "/b" });
      equal(await tables.files.size, 2, "the size");
    },
    settings,
  ),

  cacheScenario(
    "migration/wrong-options",
    "migrate refuses tables and versions that aren't declared",
    async ({ root }) => {
      await throwsType(() => root.migrate({ to: { nothing: 1 } }), "an unknown table");
      await throwsType(() => root.migrate({ to: { files: 2 } }), "a version above the declared one");
      await throwsType(() => root.migrate({ to: { files: 0 } }), "version 0");
      await throwsType(() => root.migrate({ from: 1 } as object), "an unknown option");
    },
    settings,
  ),
];
