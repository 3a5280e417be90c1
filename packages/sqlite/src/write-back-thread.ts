import SqliteDatabase from "better-sqlite3";
import { parentPort } from "node:worker_threads";
import { setSynchronous } from "./synchronous.ts";
import { ASKED, IDLE, LONG_LOG_PAGES, RUNNING, STATE, TRIES, type WriteBackJob, type WriteBackReport } from "./write-back-job.ts";

/*
 * The program of the thread that writes logs back into their files. It has a file open only while it does so, takes no lock that anybody waits
 * for, and imports nothing that it can do without: it starts in some 40 ms and takes some 10 MB.
 */

/** What SQLite tells of a log: whether somebody else is writing it back, how many pages it has, and how many of them are in the file. */
interface Progress {
  readonly busy: number;
  readonly log: number;
  readonly checkpointed: number;
}

/** How long to wait, in milliseconds, for whoever else is writing the log back, and before writing back what was committed meanwhile. */
const PAUSE_MS = 50;

/** How long the thread waits for more to do before it ends, in milliseconds. */
const REST_MS = 2000;

const port = parentPort;
const rest = setTimeout(() => port?.close(), REST_MS);

/**
 * Writes back what a log holds, and goes on until nothing is left: only the writer that finds all of a log in the file starts it anew. What a
 * long read is in the way of stays until somebody asks again.
 */
function carryOut(job: WriteBackJob, before = 0): void {
  const { id, shared } = job;
  if (Atomics.compareExchange(shared, STATE, ASKED, RUNNING) !== ASKED) return;
  rest.refresh();
  const which = Atomics.add(shared, TRIES, 1) + 1;
  const { busy, log, checkpointed: written } = writeBack(job);
  const goesOn = busy === 1 || (log >= LONG_LOG_PAGES && before < written && written < log);
  Atomics.store(shared, STATE, goesOn ? ASKED : IDLE);
  Atomics.notify(shared, STATE);
  if (busy === 0) port?.postMessage({ id, which, written } satisfies WriteBackReport);
  if (goesOn) setTimeout(carryOut, PAUSE_MS, job, written);
}

function writeBack({ path, synchronous }: WriteBackJob): Progress {
  try {
    const database = new SqliteDatabase(path, { timeout: 0, fileMustExist: true });
    try {
      setSynchronous(database, synchronous);
      // The pragma gives one line.
      const [progress] = database.pragma("wal_checkpoint(PASSIVE)") as [Progress];
      return progress;
    } finally {
      database.close();
    }
  } catch {
    // A full disk, or a file that has gone: the log keeps what it has, and the next commit that can't do without room tells.
    return { busy: 0, log: 0, checkpointed: 0 };
  }
}

port?.on("message", (job: WriteBackJob) => carryOut(job));
