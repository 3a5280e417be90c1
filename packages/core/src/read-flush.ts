import type { Clock } from "./clock.ts";
import type { Steps } from "./continuation.ts";
import type { RowAccess } from "./row-access.ts";

/** How long reads are remembered in memory before they are written, at most, in milliseconds: what a crash may lose. */
export const READ_FLUSH_MS = 5000;

/** Rows in one commit of reads: about a millisecond's work. */
export const READ_FLUSH_ROWS = 128;

/** Rows that are written at one time when nobody waits for it, and how long after that the next are, in milliseconds, at least. */
const MOST_ROWS = 512;
const PAUSE_MS = 160;

/** How many times as long as it took to write rows the others wait: it is to take a twentieth of the time at most. */
const PAUSE_FACTOR = 19;

/** So many keys' reads are written before that time is over. */
const MOST_READS = 8192;

/** What writing reads down needs of the cache. */
export interface ReadFlushOptions {
  readonly rows: RowAccess;
  readonly clock: Clock;
  /** Runs a flush that nobody waits for. */
  readonly runAlone: (flush: Steps<void>) => void;
}

/** Has reads that are remembered written to the store: from time to time, and when there are many of them. */
export class ReadFlush {
  readonly #options: ReadFlushOptions;
  readonly #flush: (most?: number) => Steps<boolean>;
  /** The next flush that is planned. */
  #next: { readonly delay: number; readonly cancel: () => void } | undefined;
  /** How long to wait after some reads were written before others are, in milliseconds. */
  #pause = PAUSE_MS;
  #isRunning = false;
  #isStopped = false;

  /** `flush` writes reads, all or those of so many rows, and tells whether it left any. */
  constructor(options: ReadFlushOptions, flush: (most?: number) => Steps<boolean>) {
    this.#options = options;
    this.#flush = flush;
  }

  /** Takes note that something was read. `waiting` is how many keys' reads are remembered, where many are to be written at once. */
  noted(waiting = 0): void {
    if (this.#isStopped) return;
    this.#schedule(READ_FLUSH_MS);
    if (waiting < MOST_READS || this.#isRunning) return;
    this.#isRunning = true;
    this.#options.runAlone(this.#flushMuch());
  }

  /** Has some reads written soon, and others soon after that: there are many. */
  hasten(): void {
    this.#schedule(this.#pause);
  }

  /** Plans no more flushes. */
  stop(): void {
    this.#isStopped = true;
    this.#next?.cancel();
    this.#next = undefined;
  }

  /** Plans a flush, unless one is planned that waits no longer. */
  #schedule(delay: number): void {
    if (this.#isStopped || (this.#next && this.#next.delay <= delay)) return;
    this.#next?.cancel();
    const { clock, runAlone } = this.#options;
    const cancel = clock.schedule(delay, () => {
      this.#next = undefined;
      runAlone(this.#flushSome());
    });
    this.#next = { delay, cancel };
  }

  /** Writes some reads, and the others soon: all at once would hold up everything else. */
  *#flushSome(): Steps<void> {
    const { clock } = this.#options;
    const start = clock.now();
    const isLeft = yield* this.#flush(MOST_ROWS);
    // The clock may have been set.
    this.#pause = Math.min(Math.max((clock.now() - start) * PAUSE_FACTOR, PAUSE_MS), READ_FLUSH_MS);
    if (isLeft) this.#schedule(this.#pause);
  }

  *#flushMuch(): Steps<void> {
    try {
      yield* this.#flush();
    } finally {
      this.#isRunning = false;
    }
  }
}
