import { table } from "@cache/core";
import { equal, throwsCode } from "../assert.ts";
import { files, type FileV1, type FileV3, split, v1, v3 } from "../file-versions.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { collect, until } from "../turns.ts";

const settings = { options: { tables: { files: v1 } }, requires: ["reopens"] } as const;

/** Bringing rows of older versions to the declared one when they are read. */
export const migrationSuite: readonly CacheScenario[] = [
  cacheScenario(
    "migration/read",
    "rows of an older version are read as current ones, by every verb, and keep their deadlines",
    async (context) => {
      await context.tables.files.putMany(files(5));
      await context.tables.files.put({ id: 9, path: "/trash/gone" }, { ttl: 50 });
      const { tables } = await context.reopen({ tables: { files: v3 } });
      const first = { id: 1, folder: "/f1", name: "n1" };
      equal(await tables.files.get(1), first, "get");
      equal(await tables.files.getMany([1, 77, 2]), [first, undefined, { id: 2, folder: "/f2", name: "n2" }], "getMany");
      equal((await tables.files.getEntry(9))?.value, { id: 9, folder: "/trash", name: "gone" }, "getEntry");
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
];
