import type { Clock } from "./clock.ts";
import type { Steps } from "./continuation.ts";
import type { RowAccess } from "./row-access.ts";

/** How long reads are remembered in memory before they are written, at most, in milliseconds: what a crash may lose. */
export const READ_FLUSH_MS = 5000;

/** Rows in one commit of reads: about a millisecond's work. */
export const READ_FLUSH_ROWS = 128;

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
  readonly #flush: () => Steps<void>;
  #cancel: (() => void) | undefined;
  #isRunning = false;
  #isStopped = false;

  constructor(options: ReadFlushOptions, flush: () => Steps<void>) {
    this.#options = options;
    this.#flush = flush;
  }

  /** Takes note that something was read. `waiting` is how many keys' reads are remembered, where many are to be written at once. */
  noted(waiting = 0): void {
    if (this.#isStopped) return;
    const { clock, runAlone } = this.#options;
    this.#cancel ??= clock.schedule(READ_FLUSH_MS, () => {
      this.#cancel = undefined;
      runAlone(this.#flush());
    });
    if (waiting < MOST_READS || this.#isRunning) return;
    this.#isRunning = true;
    runAlone(this.#flushMuch());
  }

  /** Plans no more flushes. */
  stop(): void {
    this.#isStopped = true;
    this.#cancel?.();
    this.#cancel = undefined;
  }

  *#flushMuch(): Steps<void> {
    try {
      yield* this.#flush();
    } finally {
      this.#isRunning = false;
    }
  }
}
