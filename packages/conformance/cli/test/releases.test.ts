import { mkdtempDisposableSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isCacheError, table } from "@cache/core";
import { describe, expect, test } from "vitest";
import { type DiskV1, type DiskV2, DiskProcess, type Done, labelOf, migratedDisk, oldDisk, type Task } from "./disk-program.ts";
import { openers } from "./engine.ts";

const ROWS = 1000;

/** Rows that one commit looks at: what two that begin at once may both work out before one of them commits. */
const IN_FLIGHT = 128;

/** Longer than a process is waited for that makes no progress, in milliseconds. */
const MUCH_LATER = 20_000;

const first = table<DiskV1>()({ key: "id" });
const indexed = table<DiskV1>()({ key: "id", indexes: { label: { on: ({ label }) => label, unique: true } } });
const second = table<DiskV2>()({
  key: "id",
  version: 2,
  migrate: (old: DiskV1) => migratedDisk(old),
  indexes: { label: { on: ({ label }) => label, unique: true } },
});
const all = Array.from({ length: ROWS }, (_, id) => id);
const wanted = [0, 1, 500, ROWS - 1].map(labelOf);
const found = [0, 1, 500, ROWS - 1];

describe.each(["lmdb", "sqlite"] as const)("%s", (engine) => {
  const openCache = openers[engine];

  /** Fills a new cache by the first release of a program. */
  async function filled(folder: { readonly path: string }): Promise<string> {
    const path = join(folder.path, "cache");
    await using cache = await openCache({ path, tables: { disks: first } });
    await cache.tables.disks.putMany(all.map(oldDisk));
    return path;
  }

  /** Does a task in a process of its own. */
  async function done(path: string, task: Task): Promise<Done> {
    const child = new DiskProcess(engine, path);
    child.start(task);
    const report = await child.told("done");
    await child.ended();
    return report;
  }

  /** Has a process begin a task and killed where it is to stop. */
  async function killedAt(path: string, task: Task): Promise<void> {
    const child = new DiskProcess(engine, path);
    child.start(task);
    await child.told("stopped");
    await child.kill();
  }

  /** Checks that the second release finds all rows, each by its key and by its label, and nothing left to do. */
  async function expectComplete(path: string): Promise<void> {
    await using cache = await openCache({ path, tables: { disks: second } });
    const [info] = await cache.listTables();
    expect(info).toMatchObject({ version: 2, oldest: 2, entries: ROWS, indexes: [{ name: "label", state: "ready" }] });
    const rows = await Promise.all(all.map((id) => cache.tables.disks.getBy("label", labelOf(id))));
    expect(rows).toEqual(all.map((id) => migratedDisk(oldDisk(id))));
    expect(await cache.tables.disks.getMany(all)).toEqual(rows);
  }

  test("two processes that open a new release at once migrate and index each row once", async () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), "cache-releases-"));
    const path = await filled(folder);
    const task: Task = { release: "second", isMigrating: true, wanted };
    const [a, b] = await Promise.all([done(path, task), done(path, task)]);
    expect([a.found, b.found]).toEqual([found, found]);
    expect(a.migrated + b.migrated).toBe(ROWS);
    // A row is migrated once for its index and once to be rewritten. One of the two may run in each process, and where both are at the same
    // rows, one comes too late with its commit and works them out again.
    expect(a.calls.up + b.calls.up).toBeLessThanOrEqual(3 * ROWS + IN_FLIGHT);
    expect(a.calls.on + b.calls.on).toBeLessThanOrEqual(3 * ROWS + IN_FLIGHT);
    await expectComplete(path);
  });

  test("two processes that open new indexes at once build them once", async () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), "cache-releases-"));
    const path = await filled(folder);
    const task: Task = { release: "indexed", wanted };
    const [a, b] = await Promise.all([done(path, task), done(path, task)]);
    expect([a.found, b.found]).toEqual([found, found]);
    expect(a.calls.on + b.calls.on).toBeGreaterThanOrEqual(ROWS);
    expect(a.calls.on + b.calls.on).toBeLessThanOrEqual(ROWS + IN_FLIGHT);
  });

  test("when a process is killed in the middle of a migration, another goes on where it was", async () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), "cache-releases-"));
    const path = await filled(folder);
    await killedAt(path, { release: "migrated", stopAt: 600, wanted: [] });
    const { migrated, calls } = await done(path, { release: "migrated", later: MUCH_LATER, wanted: [] });
    // Rows are taken by 128, and those of a commit that was never made again.
    expect([migrated, calls.up]).toEqual([ROWS - 512, ROWS - 512]);
    await using cache = await openCache({ path, tables: { disks: table<DiskV2>()({ key: "id", version: 2 }) } });
    expect(await cache.tables.disks.getMany(all)).toEqual(all.map((id) => migratedDisk(oldDisk(id))));
  });

  test("when a process is killed in the middle of building an index, another goes on where it was", async () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), "cache-releases-"));
    const path = await filled(folder);
    await killedAt(path, { release: "indexed", stopAt: 600, wanted });
    const { calls, found: rows } = await done(path, { release: "indexed", later: MUCH_LATER, wanted });
    expect([rows, calls.on]).toEqual([found, ROWS - 512]);
    await using cache = await openCache({ path, tables: { disks: indexed } });
    const disks = await Promise.all(all.map((id) => cache.tables.disks.getBy("label", labelOf(id))));
    expect(disks).toEqual(all.map(oldDisk));
  });

  test("an older program that runs on loses nothing of what it was told is written, and then hears that it is too old", async () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), "cache-releases-"));
    const path = await filled(folder);
    const older = await openCache({ path, tables: { disks: first } });
    const child = new DiskProcess(engine, path);
    child.start({ release: "second", isMigrating: true, wanted });
    const written: number[] = [];
    let refusal: unknown;
    for (let id = ROWS; refusal === undefined; id++) {
      // Another process may have its turn.
      await new Promise(setImmediate);
      try {
        await older.tables.disks.put(oldDisk(id));
        written.push(id);
      } catch (error) {
        refusal = error;
      }
    }
    expect(isCacheError(refusal, "CACHE_VERSION")).toBe(true);
    expect((await child.told("done")).found).toEqual(found);
    await child.ended();
    await expect(older.tables.disks.delete(0)).rejects.toMatchObject({ code: "CACHE_VERSION" });
    await expect(older.tables.disks.get(0)).rejects.toMatchObject({ code: "CACHE_VERSION" });
    await older.close();
    await using cache = await openCache({ path, tables: { disks: second } });
    expect(written.length).toBeGreaterThan(0);
    for (const id of [...all, ...written]) expect(await cache.tables.disks.getBy("label", labelOf(id))).toEqual(migratedDisk(oldDisk(id)));
    expect(await cache.tables.disks.size).toBe(ROWS + written.length);
  });
});
