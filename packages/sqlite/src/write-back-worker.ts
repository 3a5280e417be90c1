import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import { ASKED, CLOSED, IDLE, RUNNING, STATE, type WriteBackJob, type WriteBackReport } from "./write-back-job.ts";

/** Called when the thread has tried to write a log back; without a report when it has ended. */
export type WhenTried = (report?: WriteBackReport) => void;

interface Asked {
  readonly job: WriteBackJob;
  readonly whenTried: WhenTried;
}

/** Who has asked, by the number of its job. */
const asked = new Map<number, Asked>();

/** The thread of this process, while there is one. */
let worker: Worker | undefined;

/** Whether no thread can be had: none is allowed, or its program isn't where this module is, in an application that was bundled. */
let isMissing = false;

/** Has a log written back as soon as may be, and starts the thread if need be. Tells whether that can be had. */
export function askWorker(job: WriteBackJob, whenTried: WhenTried): boolean {
  if (isMissing) return false;
  const state = Atomics.compareExchange(job.shared, STATE, IDLE, ASKED);
  if (state === CLOSED) return false;
  asked.set(job.id, { job, whenTried });
  try {
    worker ??= start();
  } catch {
    isMissing = true;
    end();
    return false;
  }
  // One that is running tells when it is done; what was put off is tried at once.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origin
  if (state !== RUNNING) worker.postMessage(job);
  return true;
}

/** Forgets a job, which the thread isn't at. With the last one the thread ends. */
export function leaveWorker(job: WriteBackJob): void {
  if (!asked.delete(job.id) || asked.size > 0) return;
  void worker?.terminate();
  worker = undefined;
}

function start(): Worker {
  const program = new URL(`./write-back-thread${extname(import.meta.url)}`, import.meta.url);
  // What a process loads before its program is of no use there.
  const started = new Worker(program, { execArgv: [], name: "@cache/sqlite" });
  started.on("message", (report: WriteBackReport) => asked.get(report.id)?.whenTried(report));
  started.on("error", () => {
    isMissing = true;
  });
  started.on("exit", () => {
    if (worker === started) end();
  });
  // No process goes on for its sake. Not earlier: who listens to messages is waited for again.
  started.unref();
  return started;
}

/** The thread has ended, maybe before it has seen all that was asked of it. */
function end(): void {
  worker = undefined;
  for (const { job, whenTried } of asked.values()) {
    for (const state of [ASKED, RUNNING]) Atomics.compareExchange(job.shared, STATE, state, IDLE);
    whenTried();
  }
}
