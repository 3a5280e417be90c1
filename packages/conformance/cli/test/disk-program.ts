import { type ChildProcess, fork } from "node:child_process";
import { on, once } from "node:events";
import type { Engine } from "./engine.ts";

/** A disk, as the first release of the program knew it. */
export interface DiskV1 {
  readonly id: number;
  readonly label: string;
}

/** A disk, as the second release knows it. */
export interface DiskV2 extends DiskV1 {
  readonly isOld: boolean;
}

/** What a process is to do. */
export interface Task {
  /** Which release it is of: the first one with an index on labels, the second without, or the second with it. */
  readonly release: "indexed" | "migrated" | "second";
  /** How far its clock is ahead, in milliseconds. */
  readonly later?: number;
  /** The row it hangs at. */
  readonly stopAt?: number;
  readonly isMigrating?: boolean;
  /** The labels to look up. */
  readonly wanted: readonly string[];
}

/** What a process has done. */
export interface Done {
  readonly type: "done";
  /** How often a row was migrated, and how often an index asked for its key. */
  readonly calls: { readonly up: number; readonly on: number };
  /** How many rows `migrate` has rewritten. */
  readonly migrated: number;
  /** The ids found for the labels. */
  readonly found: readonly (number | undefined)[];
}

/** What a process tells. */
export type Report = Done | { readonly type: "open" } | { readonly type: "stopped" };

/** Whether a message is a task. */
export function isTask(message: unknown): message is Task {
  return typeof message === "object" && message !== null && "release" in message;
}

/** A disk of the first release as the second one knows it. */
export function migratedDisk({ id, label }: DiskV1): DiskV2 {
  return { id, label, isOld: true };
}

/** A disk of the first release. */
export function oldDisk(id: number): DiskV1 {
  return { id, label: labelOf(id) };
}

/** The label of a disk. */
export function labelOf(id: number): string {
  return `disk ${id}`;
}

/** A process that does a task on a cache. */
export class DiskProcess {
  readonly #child: ChildProcess;
  readonly #messages: AsyncIterableIterator<unknown[]>;

  constructor(engine: Engine, path: string) {
    this.#child = fork(new URL("disk-process.ts", import.meta.url), [engine, path], {
      execPath: process.execPath,
      execArgv: ["--conditions=@cache/source"],
    });
    this.#messages = on(this.#child, "message", { close: ["exit"] }) as AsyncIterableIterator<unknown[]>;
  }

  start(task: Task): void {
    this.#child.send(task);
  }

  /** Waits until it tells something. Throws when it ends instead. */
  async told<Type extends Report["type"]>(type: Type): Promise<Report & { readonly type: Type }> {
    for (;;) {
      const { done, value } = (await this.#messages.next()) as IteratorResult<[Report], undefined>;
      if (done) throw new Error(`a process ended before it told "${type}"`);
      const [report] = value;
      // Told apart by its type.
      if (report.type === type) return report as Report & { readonly type: Type };
    }
  }

  /** Kills it at once. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.ended();
  }

  async ended(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, "exit");
  }
}
