import { table, type TableDefinition, type TableTypes } from "@cache/core";
import { equal, ok, throwsCode, throwsReason, throwsType } from "../assert.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { collect, until } from "../turns.ts";

/** A file, as the first release knew it. */
interface FileV1 {
  readonly id: number;
  readonly path: string;
}

/** A file, as the third release knows it. */
interface FileV3 {
  readonly id: number;
  readonly folder: string;
  readonly name: string;
}

interface FileTypes<Value> extends TableTypes {
  readonly value: Value;
  readonly input: Value;
  readonly key: number;
  readonly keyed: true;
  readonly indexes: Readonly<Record<never, never>>;
}

const v1: TableDefinition<FileTypes<FileV1>> = table<FileV1>()({ key: "id" });

/** Splits a path at its last slash. */
function split({ id, path }: FileV1): FileV3 {
  const slash = path.lastIndexOf("/");
  return { id, folder: path.slice(0, slash), name: path.slice(slash + 1) };
}

/** The third version; the second was shaped like the first. */
const v3 = table<FileV3>()({
  key: "id",
  version: 3,
  migrate: {
    3: {
      up: (old) => split(old as FileV1),
      down: (value) => {
        const { id, folder, name } = value as FileV3;
        return { id, path: `${folder}/${name}` };
      },
    },
  },
  indexes: { name: { on: "name" } },
});

const settings = { options: { tables: { files: v1 } } } as const;

function files(count: number): FileV1[] {
  return Array.from({ length: count }, (_, id) => ({ id, path: `/f${id % 7}/n${id}` }));
}

/** Bringing rows of older versions to the declared one: when they are read, and all at once. */
export const migrationSuite: readonly CacheScenario[] = [
  cacheScenario(
    "migration/read",
    "rows of an older version are read as current ones, by every verb, and keep their deadlines",
    async (context) => {
      await context.tables.files.putMany(files(5));
      await context.tables.files.put({ id: 9, path: "/tmp/gone" }, { ttl: 50 });
      const { tables } = await context.reopen({ tables: { files: v3 } });
      const first = { id: 1, folder: "/f1", name: "n1" };
      equal(await tables.files.get(1), first, "get");
      equal(await tables.files.getMany([1, 77, 2]), [first, undefined, { id: 2, folder: "/f2", name: "n2" }], "getMany");
      equal((await tables.files.getEntry(9))?.value, { id: 9, folder: "/tmp", name: "gone" }, "getEntry");
      equal(
        (await collect(tables.files.values({ lt: 3 }))).map(({ name }) => name),
        ["n0", "n1", "n2"],
        "values",
      );
      context.clock.advance(50);
      equal(await tables.files.has(9), false, "what has its deadline from the older version");
    },
    settings,
  ),

  cacheScenario(
    "migration/written-back",
    "a row that was read is written back in the current version, once",
    async (context) => {
      await context.tables.files.putMany(files(3));
      let ups = 0;
      const counted = table<FileV3>()({
        key: "id",
        version: 2,
        migrate: (old: FileV1) => {
          ups++;
          return split(old);
        },
      });
      const { tables } = await context.reopen({ tables: { files: counted } });
      equal((await tables.files.get(0))?.name, "n0", "the value at first");
      await until(async () => {
        const before = ups;
        equal((await tables.files.get(0))?.name, "n0", "the value later");
        return ups === before;
      }, "a read that migrates nothing");
      const known = ups;
      const reopened = await context.reopen({ tables: { files: counted } });
      await reopened.tables.files.get(0);
      equal(ups, known, "migrations of the row after reopening");
      await reopened.tables.files.get(1);
      equal(ups, known + 1, "migrations of another row");
    },
    settings,
  ),

  cacheScenario(
    "migration/from-version",
    "a migrating function is told the version a value was written in",
    async (context) => {
      await context.tables.files.put({ id: 1, path: "one" });
      const second = await context.reopen({ tables: { files: table<FileV1>()({ key: "id", version: 2, migrate: (old: FileV1) => old }) } });
      await second.tables.files.put({ id: 2, path: "two" });
      const fourth = table<FileV1>()({
        key: "id",
        version: 4,
        migrate: (old: FileV1, from) => ({ ...old, path: `${old.path} from ${from}` }),
      });
      const { tables } = await context.reopen({ tables: { files: fourth } });
      equal(
        await tables.files.getMany([1, 2]),
        [
          { id: 1, path: "one from 1" },
          { id: 2, path: "two from 2" },
        ],
        "the values",
      );
    },
    settings,
  ),

  cacheScenario(
    "migration/dropped",
    "a row whose migration gives undefined is a miss and goes",
    async (context) => {
      await context.tables.files.putMany(files(4));
      const even = table<FileV1>()({ key: "id", version: 2, migrate: (old: FileV1) => (old.id % 2 === 0 ? old : undefined) });
      const { tables } = await context.reopen({ tables: { files: even } });
      equal(await tables.files.get(1), undefined, "a row that is dropped");
      equal((await tables.files.get(2))?.id, 2, "a row that is not");
      await until(async () => (await tables.files.size) === 3, "the dropped row's space is given back");
    },
    settings,
  ),

  cacheScenario(
    "migration/no-way",
    "a row of an older version without a migration is CACHE_VERSION, and stays",
    async (context) => {
      await context.tables.files.put({ id: 1, path: "/a" });
      const { tables } = await context.reopen({ tables: { files: table<FileV3>()({ key: "id", version: 2 }) } });
      await throwsCode("CACHE_VERSION", () => tables.files.get(1), "get");
      equal(await tables.files.has(1), true, "whether it is there");
      await tables.files.put({ id: 2, folder: "", name: "new" });
      equal((await tables.files.get(2))?.name, "new", "a row of the current version");
      equal(await tables.files.delete(1), true, "whether it can be removed");
    },
    settings,
  ),

  cacheScenario(
    "migration/key-kept",
    "a migration that changes a key is refused",
    async (context) => {
      await context.tables.files.put({ id: 1, path: "/a" });
      const moved = table<FileV1>()({ key: "id", version: 2, migrate: (old: FileV1) => ({ ...old, id: old.id + 1 }) });
      const { tables } = await context.reopen({ tables: { files: moved } });
      await throwsCode("CACHE_VERSION", () => tables.files.get(1), "get");
      equal(await tables.files.has(2), false, "whether there is a row with the other key");
    },
    settings,
  ),

  cacheScenario(
    "migration/newer-refused",
    "a table of a newer version is refused when the cache is opened, and its rows stay",
    async (context) => {
      await context.tables.files.put({ id: 1, path: "/a/b" });
      const newer = await context.reopen({ tables: { files: v3 } });
      await newer.tables.files.put({ id: 2, folder: "/c", name: "d" });
      await throwsCode("CACHE_VERSION", () => context.reopen(), "opening the older program's cache");
      const { tables } = await context.reopen({ tables: { files: v3 } });
      equal((await tables.files.get(2))?.name, "d", "what the newer program wrote");
    },
    settings,
  ),

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
