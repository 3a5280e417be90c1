import type { CommitResult } from "@cache/core/spi";
import type { Database, Statement } from "better-sqlite3";
import type { Synchronous } from "./synchronous.ts";
import { ASKED, CLOSED, IDLE, LONG_LOG_PAGES, RUNNING, STATE, TRIES, type WriteBackJob } from "./write-back-job.ts";
import { askWorker, leaveWorker, type WhenTried } from "./write-back-worker.ts";

/** After how many rows to look how long the log is: a look takes a microsecond. */
const ROWS_PER_LOOK = 64;

/** The length of a log, in pages, from which on commits that have time wait until all of it is in the file, so that it starts anew. */
const WAITING_PAGES = 2 * LONG_LOG_PAGES;

/**
 * The length of a log, in pages, from which on each commit writes back what the thread has left: synchronous ones that never pause, or those
 * of several processes, leave it no time to catch up.
 */
export const MAX_LOG_PAGES: number = 4 * LONG_LOG_PAGES;

/**
 * The length of a log, in pages, from which on it is written back when nobody has committed for so many milliseconds: reads pass by a log that is
 * in the file as a whole, while each page that they want is looked for in one that isn't, the longer it is the longer.
 */
const QUIET_PAGES = 1024;
const QUIET_MS = 100;

/** How often a commit lets the thread try again while others write. */
const MAX_TRIES = 3;

/** How long a commit waits for the thread at most, in milliseconds. */
const MAX_COMMIT_WAIT_MS = 2000;

/** How long to wait at most until the thread, which is writing, has let go of the file, in milliseconds. */
const MAX_STOP_WAIT_MS = 10_000;

/** Taken when the module loads, lest a test's fake timers keep a commit waiting. */
const startTimer = setTimeout;
const stopTimer = clearTimeout;

/** How many files have been opened: a job's number. */
let opened = 0;

/**
 * Keeps a file's log short without holding up whoever writes: a thread writes it back. All of it being in the file, the next commit
 * starts the log anew, but only if none came between.
 */
export class WriteBack {
  readonly #database: Database;
  readonly #length: Statement<[], [busy: number, log: number, written: number]>;
  readonly #job: WriteBackJob;
  #rows = 0;
  #log = 0;
  #waitsFrom = WAITING_PAGES;
  #isLate = false;
  #catchingUp: Promise<void> | undefined;
  /** Runs while there is something to write back once commits pause. */
  #pause: NodeJS.Timeout | undefined;
  #whenTried: WhenTried | undefined;

  readonly #onWritten: () => void;

  /** `onWritten` hears that the thread has written to the file. */
  constructor(database: Database, path: string, synchronous: Synchronous, onWritten: () => void) {
    this.#database = database;
    this.#onWritten = onWritten;
    this.#length = database.prepare<[], [number, number, number]>("PRAGMA wal_checkpoint(NOOP)").raw();
    this.#job = { id: opened++, path, synchronous, shared: new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT)) };
  }

  /** To be called after each commit. Never fails. */
  committed(result: CommitResult): void {
    if (!result.ok) return;
    this.#pause?.refresh();
    this.#rows += result.counts.reduce((sum, count) => sum + count, result.counts.length);
    if (this.#rows < ROWS_PER_LOOK) return;
    this.#rows = 0;
    this.#look();
  }

  /** What the last commit should wait for before the next one, if it can: that the thread has caught up. */
  get caughtUp(): Promise<void> | undefined {
    if (this.#isLate) this.#catchingUp ??= this.#catchUp();
    return this.#catchingUp;
  }

  /** Has the thread leave the file alone until it is asked again, which it does at once unless it is writing. */
  stop(): void {
    const { shared } = this.#job;
    if (Atomics.compareExchange(shared, STATE, ASKED, IDLE) === RUNNING) {
      Atomics.wait(shared, STATE, RUNNING, MAX_STOP_WAIT_MS);
      Atomics.compareExchange(shared, STATE, ASKED, IDLE);
    }
    this.#tried();
  }

  /** Leaves the file for good. */
  close(): void {
    stopTimer(this.#pause);
    this.stop();
    Atomics.store(this.#job.shared, STATE, CLOSED);
    leaveWorker(this.#job);
  }

  #look(): void {
    try {
      // The pragma gives one line.
      const [, log, written] = this.#length.get() as [busy: number, log: number, written: number];
      this.#judge(log, written);
    } catch {
      // What is committed is committed, whatever is wrong with the file; who reads or writes next hears of it.
    }
  }

  /** Has done what the length of the log asks for. */
  #judge(log: number, written: number): void {
    this.#log = log;
    if (log - written >= QUIET_PAGES) this.#pause ??= startTimer(() => this.#finish(), QUIET_MS).unref();
    if (log < LONG_LOG_PAGES) this.#waitsFrom = WAITING_PAGES;
    this.#isLate = log >= this.#waitsFrom && written < log;
    // Lest the thread be in the way of the next commit, which has to do it.
    if (log >= MAX_LOG_PAGES) this.stop();
    else if (log - written >= LONG_LOG_PAGES && Atomics.load(this.#job.shared, STATE) === IDLE && !askWorker(this.#job, this.#tried))
      // Without a thread, as often as it would have been asked.
      this.#database.pragma(`wal_autocheckpoint = ${LONG_LOG_PAGES}`);
  }

  /** Has all of the log written back, as nobody commits. */
  #finish(): void {
    this.#pause = undefined;
    if (Atomics.load(this.#job.shared, STATE) === IDLE) askWorker(this.#job, this.#tried);
  }

  async #catchUp(): Promise<void> {
    let written: number | undefined = 0;
    for (let tries = 0; tries < MAX_TRIES && written !== undefined && written < this.#log; tries++) written = await this.#try();
    this.#isLate = false;
    // If others write all the time, or read for long, it is no use to wait with each commit.
    this.#waitsFrom = this.#log + LONG_LOG_PAGES;
    this.#catchingUp = undefined;
  }

  /** Settles when the thread has tried from now on, with how many pages of the log are in the file. A process doesn't end before. */
  #try(): Promise<number | undefined> {
    const before = Atomics.load(this.#job.shared, TRIES);
    return new Promise((resolve) => {
      const tooLate = startTimer(() => this.#tried(), MAX_COMMIT_WAIT_MS);
      this.#whenTried = (report) => {
        // What the thread was at already knows nothing of the last commits.
        if (report && report.which <= before && askWorker(this.#job, this.#tried)) return;
        stopTimer(tooLate);
        this.#whenTried = undefined;
        resolve(report?.written);
      };
      if (!askWorker(this.#job, this.#tried)) this.#tried();
    });
  }

  readonly #tried: WhenTried = (report) => {
    if (report) this.#onWritten();
    this.#whenTried?.(report);
  };
}
