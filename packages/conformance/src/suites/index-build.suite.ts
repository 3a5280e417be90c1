import { type Face, isCacheError, table } from "@cache/core";
import { equal, ok, throwsCode } from "../assert.ts";
import type { AnyCache, CacheContext } from "../cache-context.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { until } from "../turns.ts";

interface Disk {
  readonly id: number;
  readonly serial: string;
  readonly size: number;
}

const bare = table<Disk>()({ key: "id" });
const bySerial = table<Disk>()({ key: "id", indexes: { serial: { on: "serial", unique: true } } });
const byBoth = table<Disk>()({ key: "id", indexes: { serial: { on: "serial", unique: true }, size: { on: "size" } } });

const settings = { options: { tables: { disks: bare } }, requires: ["reopens"] } as const;

function disks(count: number): Disk[] {
  return Array.from({ length: count }, (_, id) => ({ id, serial: `S${id}`, size: id % 5 }));
}

/** The states of a table's indexes by name. */
async function statesOf(cache: AnyCache): Promise<Record<string, string>> {
  const [info] = await cache.listTables();
  return Object.fromEntries(info?.indexes.map(({ name, state }) => [name, state]) ?? []);
}

/** Waits until no index is being built any more; on the synchronous face the work is done by timers. */
async function built({ clock, face }: { readonly clock: CacheContext["clock"]; readonly face: Face }, cache: AnyCache): Promise<void> {
  await until(async () => {
    if (face === "sync") clock.advance(5);
    return !Object.values(await statesOf(cache)).includes("building");
  }, "all indexes are built");
}

/** Indexes that are declared, changed or dropped when there are rows already. */
export const indexBuildSuite: readonly CacheScenario[] = [
  cacheScenario(
    "index-build/new",
    "a new index leads to the rows that were there, and whoever asks before it is built waits",
    async (context) => {
      await context.tables.disks.putMany(disks(300));
      const { root, tables } = await context.reopen({ tables: { disks: bySerial } });
      equal(await statesOf(root), { serial: "building" }, "the state at first");
      equal(await tables.disks.getBy("serial", "S299"), { id: 299, serial: "S299", size: 4 }, "the last row");
      equal(await tables.disks.getBy("serial", "S300"), undefined, "no row");
      equal(await statesOf(root), { serial: "ready" }, "the state afterwards");
      const again = await context.reopen({ tables: { disks: bySerial } });
      equal(await statesOf(again.root), { serial: "ready" }, "the state when it is opened again");
    },
    settings,
  ),

  cacheScenario(
    "index-build/background",
    "an index is built in the background, with progress",
    async (context) => {
      await context.tables.disks.putMany(disks(500));
      const { root } = await context.reopen({ tables: { disks: byBoth } });
      let seen = 0;
      await until(async () => {
        if (context.face === "sync") context.clock.advance(1);
        const [info] = await root.listTables();
        const progress = info?.indexes[0]?.progress;
        if (progress && progress.done > 0 && progress.done < progress.total && progress.total === 500) seen++;
        return info?.indexes.every(({ state }) => state === "ready");
      }, "both indexes are built");
      ok(seen > 0, "progress was to be seen");
    },
    settings,
  ),

  cacheScenario(
    "index-build/only-changed",
    "only what changed is built: the other indexes stay ready",
    async (context) => {
      await context.tables.disks.putMany(disks(200));
      const first = await context.reopen({ tables: { disks: bySerial } });
      await built(context, first.root);
      const second = await context.reopen({ tables: { disks: byBoth } });
      equal(await statesOf(second.root), { serial: "ready", size: "building" }, "the states when one is added");
      await built(context, second.root);
      const changed = table<Disk>()({ key: "id", indexes: { serial: { on: "serial" }, size: { on: "size" } } });
      const third = await context.reopen({ tables: { disks: changed } });
      equal(await statesOf(third.root), { serial: "building", size: "ready" }, "the states when one is no longer unique");
      await built(context, third.root);
    },
    settings,
  ),

  cacheScenario(
    "index-build/revision",
    "a changed revision has an index on a function built anew",
    async (context) => {
      const lower = table<Disk>()({ key: "id", indexes: { name: { on: ({ serial }) => serial.toLowerCase(), unique: true } } });
      const first = await context.reopen({ tables: { disks: lower } });
      await first.tables.disks.putMany(disks(150));
      const reversed = table<Disk>()({
        key: "id",
        indexes: { name: { on: ({ serial }) => Array.from(serial).toReversed().join(""), unique: true, revision: 1 } },
      });
      const { root, tables } = await context.reopen({ tables: { disks: reversed } });
      equal(await statesOf(root), { name: "building" }, "the state");
      equal((await tables.disks.getBy("name", "001S"))?.id, 100, "by the new function's key");
      equal(await tables.disks.getBy("name", "s100"), undefined, "by the old one's");
    },
    settings,
  ),

  cacheScenario(
    "index-build/meanwhile",
    "rows that are written, changed and removed while an index is built are in it as they are",
    async (context) => {
      await context.tables.disks.putMany(disks(600));
      const { root, tables } = await context.reopen({ tables: { disks: bySerial } });
      for (let id = 0; id < 600; id += 50) {
        if (context.face === "sync") context.clock.advance(1);
        await tables.disks.put({ id, serial: `new ${id}`, size: 0 });
        await tables.disks.delete(600 - id - 1);
        await tables.disks.put({ id: 1000 + id, serial: `added ${id}`, size: 0 });
      }
      await built(context, root);
      equal((await tables.disks.getBy("serial", "new 250"))?.id, 250, "a changed row");
      equal(await tables.disks.getBy("serial", "S250"), undefined, "its former entry");
      equal(await tables.disks.getBy("serial", "S599"), undefined, "a removed row");
      equal((await tables.disks.getBy("serial", "added 550"))?.id, 1550, "an added row");
      equal((await tables.disks.getBy("serial", "S301"))?.id, 301, "a row left alone");
    },
    settings,
  ),

  cacheScenario(
    "index-build/dropped",
    "a dropped index leaves nothing behind",
    async (context) => {
      await context.tables.disks.putMany(disks(200));
      const [before] = await context.root.listTables();
      const first = await context.reopen({ tables: { disks: byBoth } });
      await built(context, first.root);
      ok(((await first.root.listTables())[0]?.bytes ?? 0) > (before?.bytes ?? 0), "indexes take bytes");
      const { root } = await context.reopen();
      await until(async () => {
        if (context.face === "sync") context.clock.advance(5);
        return (await root.listTables())[0]?.bytes === before?.bytes;
      }, "the bytes of the entries are given back");
    },
    settings,
  ),

  cacheScenario(
    "index-build/conflict",
    "a unique index that rows contradict is said to be in conflict; the table and its other indexes work",
    async (context) => {
      await context.tables.disks.putMany([...disks(100), { id: 500, serial: "S7", size: 9 }]);
      const { root, tables } = await context.reopen({ tables: { disks: byBoth } });
      await built(context, root);
      equal(await statesOf(root), { serial: "conflict", size: "ready" }, "the states");
      const error = await throwsCode("CACHE_UNIQUE", () => tables.disks.getBy("serial", "S1"), "getBy");
      equal(error.index, "serial", "the index that the error names");
      await tables.disks.delete(500);
      await tables.disks.put({ id: 501, serial: "S501", size: 1 });
      const again = await context.reopen({ tables: { disks: byBoth } });
      equal((await again.tables.disks.getBy("serial", "S501"))?.id, 501, "once the rows agree and the cache is opened again");
      equal(await statesOf(again.root), { serial: "ready", size: "ready" }, "the states in the end");
    },
    settings,
  ),

  cacheScenario(
    "index-build/unique-meanwhile",
    "an index that is being built to be unique refuses what contradicts it, or is in conflict",
    async (context) => {
      await context.tables.disks.putMany(disks(400));
      const { root, tables } = await context.reopen({ tables: { disks: bySerial } });
      let refused = false;
      try {
        await tables.disks.put({ id: 1000, serial: "S399", size: 0 });
      } catch (error) {
        refused = isCacheError(error, "CACHE_UNIQUE");
      }
      await built(context, root);
      equal(await statesOf(root), { serial: refused ? "ready" : "conflict" }, "the state");
    },
    settings,
  ),

  cacheScenario(
    "index-build/migrated",
    "an index of a new version leads to migrated values",
    async (context) => {
      await context.tables.disks.putMany(disks(150));
      const renamed = table<{ readonly id: number; readonly label: string }>()({
        key: "id",
        version: 2,
        migrate: ({ id, serial }: Disk) => ({ id, label: `label of ${serial}` }),
        indexes: { label: { on: "label", unique: true } },
      });
      const { tables } = await context.reopen({ tables: { disks: renamed } });
      equal(await tables.disks.getBy("label", "label of S149"), { id: 149, label: "label of S149" }, "the row");
    },
    settings,
  ),

  cacheScenario(
    "index-build/resumed",
    "a build that was interrupted goes on where it was",
    async (context) => {
      await context.tables.disks.putMany(disks(1000));
      const first = await context.reopen({ tables: { disks: bySerial } });
      const progressOf = async (cache: AnyCache): Promise<number> => (await cache.listTables())[0]?.indexes[0]?.progress?.done ?? 0;
      await until(async () => {
        if (context.face === "sync") context.clock.advance(1);
        return (await progressOf(first.root)) > 0;
      }, "the first rows are done");
      const { root, tables } = await context.reopen({ tables: { disks: bySerial } });
      ok((await progressOf(root)) > 0 || (await statesOf(root))["serial"] === "ready", "the work done before counts");
      equal((await tables.disks.getBy("serial", "S999"))?.id, 999, "the last row");
      equal((await tables.disks.getBy("serial", "S0"))?.id, 0, "the first row");
    },
    settings,
  ),

  cacheScenario(
    "index-build/two-at-once",
    "of two caches that are opened at once one builds, and both find all rows",
    async (context) => {
      await context.tables.disks.putMany(disks(400));
      const first = await context.reopen({ tables: { disks: bySerial } });
      const second = await context.another({ tables: { disks: bySerial } });
      await until(async () => {
        context.clock.advance(200);
        return (await statesOf(first.root))["serial"] === "ready";
      }, "the index is built");
      equal((await first.tables.disks.getBy("serial", "S399"))?.id, 399, "by the first");
      equal((await second.tables.disks.getBy("serial", "S398"))?.id, 398, "by the second");
      await second.tables.disks.put({ id: 400, serial: "S400", size: 0 });
      equal((await first.tables.disks.getBy("serial", "S400"))?.id, 400, "what the second writes");
    },
    { ...settings, requires: ["shares", "reopens"] },
  ),
];
