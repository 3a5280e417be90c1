import { once } from "node:events";
import type { Worker } from "node:worker_threads";

/** A process tells of its threads a little later. */
const noted = (): Promise<void> => new Promise(setImmediate);

/** Waits until a thread has ended, whatever of. */
export function exit(thread: Worker): Promise<void> {
  return new Promise((resolve) => {
    if (thread.threadId === -1) resolve();
    else thread.once("exit", () => resolve());
  });
}

/** The threads that this process starts, from now on until it is disposed of. */
export class Threads {
  readonly started: Worker[] = [];
  readonly #note = (worker: Worker): void => void this.started.push(worker);

  constructor() {
    process.on("worker", this.#note);
  }

  /** How many there were. */
  async count(): Promise<number> {
    await noted();
    return this.started.length;
  }

  /** The first one that starts. */
  async first(): Promise<Worker> {
    if (!this.started[0]) await once(process, "worker");
    const [first] = this.started;
    if (!first) throw new Error("no thread was started");
    return first;
  }

  /** Waits until none is left. */
  async ended(): Promise<void> {
    await noted();
    await Promise.all(this.started.map(exit));
  }

  [Symbol.dispose](): void {
    process.off("worker", this.#note);
  }
}
