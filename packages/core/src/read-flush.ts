import type { Clock } from "./clock.ts";
import type { Steps } from "./continuation.ts";
import type { RowAccess } from "./row-access.ts";

/** How long reads are remembered in memory before they are written, at most, in milliseconds: what a crash may lose. */
export const READ_FLUSH_MS = 5000;

/** Rows in one commit of reads: about a millisecond's work. */
export const READ_FLUSH_ROWS = 128;

/** Rows that are written at one time when nobody waits for it, and how long after that the next are, in milliseconds. */
const MOST_ROWS = 512;
const PAUSE_MS = 160;

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
  #cancel: (() => void) | undefined;
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

  /** Plans no more flushes. */
  stop(): void {
    this.#isStopped = true;
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #schedule(delay: number): void {
    if (this.#isStopped) return;
    const { clock, runAlone } = this.#options;
    this.#cancel ??= clock.schedule(delay, () => {
      this.#cancel = undefined;
      runAlone(this.#flushSome());
    });
  }

  /** Writes some reads, and the others soon: all at once would hold up everything else. */
  *#flushSome(): Steps<void> {
    if (!(yield* this.#flush(MOST_ROWS))) return;
    this.#cancel?.();
    this.#cancel = undefined;
    this.#schedule(PAUSE_MS);
  }

  *#flushMuch(): Steps<void> {
    try {
      yield* this.#flush();
    } finally {
      this.#isRunning = false;
    }
  }
}
