import { once } from "node:events";
import { table } from "@cache/core";
import { type DiskV1, type DiskV2, isTask, migratedDisk, type Report, type Task } from "./disk-program.ts";
import { type Engine, openers } from "./engine.ts";

/*
 * A process of its own that opens a cache of disks as one release of a program declares them, and does what it is told. Arguments: the engine
 * and the path of its data.
 * Before it makes anything of a row whose id it is to stop at, it tells so and hangs, until it is killed.
 */
const [engine = "", path = ""] = process.argv.slice(2);
// Only the test starts it.
const openCache = openers[engine as Engine];
const calls = { up: 0, on: 0 };

function tell(report: Report): void {
  process.send?.(report);
}

/** Nothing, unless this row is the one to hang at. */
function pass(id: number, task: Task): void {
  if (id !== task.stopAt) return;
  tell({ type: "stopped" });
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

async function carryOut(task: Task): Promise<Report> {
  const { release, later = 0, isMigrating = false, wanted } = task;
  const clock = {
    now: () => Date.now() + later,
    schedule(delay: number, job: () => void) {
      const timer = setTimeout(job, delay);
      return () => clearTimeout(timer);
    },
  };
  const label = (disk: { readonly id: number; readonly label: string }): string => {
    calls.on++;
    pass(disk.id, task);
    return disk.label;
  };
  const up = (old: unknown): DiskV2 => {
    calls.up++;
    // The table's first release wrote it.
    const disk = old as DiskV1;
    pass(disk.id, task);
    return migratedDisk(disk);
  };
  const first = table<DiskV1>()({ key: "id", indexes: { label: { on: label, unique: true } } });
  const bare = table<DiskV2>()({ key: "id", version: 2, migrate: up });
  const second = table<DiskV2>()({ key: "id", version: 2, migrate: up, indexes: { label: { on: label, unique: true } } });
  if (release === "migrated") {
    await using cache = await openCache({ path, clock, tables: { disks: bare } });
    const [result] = await cache.migrate();
    return { type: "done", calls, migrated: result?.migrated ?? 0, found: [] };
  }
  await using cache = await openCache({ path, clock, tables: { disks: release === "indexed" ? first : second } });
  tell({ type: "open" });
  const [result] = isMigrating ? await cache.migrate() : [];
  const found: (number | undefined)[] = [];
  for (const one of wanted) found.push((await cache.tables.disks.getBy("label", one))?.id);
  return { type: "done", calls, migrated: result?.migrated ?? 0, found };
}

const [task] = (await once(process, "message")) as unknown[];
if (!isTask(task)) throw new TypeError("no task");
tell(await carryOut(task));
process.disconnect();
