import { closeSync, openSync, readSync, writeSync } from "node:fs";
import { TRANSACTION_AT } from "./data-file.ts";
import type { Engine } from "./engine.ts";
import { isPassing } from "./errors.ts";
import { WriteThreads } from "./write-threads.ts";

/*
 * lmdb-js 3.5.6 loses commits, and can damage the file, when a process opens what another one writes: ITS#9496 of LMDB's tracker. `mdb_env_open2`
 * in its mdb.c reads which transaction is the newest and a while later, under no lock, has all processes base their next one on that, whatever was
 * committed meanwhile. So each of our transactions first looks in the data file whether its base is the newest one. If not, it says which one is
 * where the processes share it, in the lock file, and begins anew. It has the engine's write lock then: nobody commits, or does the same. Who opens
 * the file begins such a transaction at once, so that it is for a millisecond at most that others can read the state before the last commits.
 */

/** Where the lock file has the newest transaction's number: after `mtb_magic` and `mtb_format`. */
const NEWEST_AT = 8;

const NUMBER_BYTES = 8;

/** How often to begin anew: each time but the first takes another process that opens the file just then. */
const MAX_TRIES = 100;

/** How often to try again what the engine refuses without a reason. */
const MAX_REFUSALS = 5;

/** What a transaction is given up with that must begin anew. */
const wrongBase = new Error("the lock file doesn't say which transaction is the newest one");

/** The write transactions on an engine. */
export class Transactions {
  /** Those of {@link aside}. */
  readonly threads: WriteThreads;
  readonly #engine: Engine;
  readonly #dataFile: number;
  readonly #lockPath: string;
  /** What lies between the numbers in the two first pages of the data file, and these. */
  readonly #numbers: Buffer;
  /** Never closed: that would take the process's locks from the engine, for the system has them with the process and not with who took them. */
  #lockFile: number | undefined;

  constructor(engine: Engine, dataPath: string, lockPath: string) {
    this.#engine = engine;
    this.threads = new WriteThreads(engine);
    this.#dataFile = openSync(dataPath, "r");
    this.#lockPath = lockPath;
    this.#numbers = Buffer.alloc(engine.getStats().pageSize + NUMBER_BYTES);
  }

  /** Runs a job in a transaction and commits it. Blocks while another process writes. If the job throws, nothing is changed. */
  here<T>(job: () => T): T {
    for (let tries = 1; ; tries++) {
      let isCarriedOut = false;
      try {
        return this.#engine.transactionSync(() => {
          const result = this.#onNewest(job);
          isCarriedOut = true;
          return result;
        });
      } catch (error) {
        if (isWorthATry(error, tries)) continue;
        // The disk's failure may be that of what threads have brought it, and they won't hear of it then.
        if (isCarriedOut && this.threads.ended) this.threads.lose(error);
        throw error;
      }
    }
  }

  /**
   * As {@link here}, with the help of another thread, which waits for other writers, begins the transaction, and writes the pages. Settles when
   * all readers see what was done; the disk follows.
   */
  async aside<T>(job: () => T): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.threads.run(() => this.#onNewest(job));
      } catch (error) {
        if (!isWorthATry(error, tries)) throw error;
      }
    }
  }

  /** Lets go of the data file. To be called when no transaction is under way; {@link threads} must end before the engine is closed. */
  close(): void {
    closeSync(this.#dataFile);
  }

  #onNewest<T>(job: () => T): T {
    const newest = this.#newest();
    const own = this.#engine.getWriteTxnId();
    // lmdb-js goes on if none could be begun.
    if (own === 0) throw new Error("the engine can't begin a transaction");
    if (own === newest + 1) return job();
    const number = Buffer.alloc(NUMBER_BYTES);
    number.writeBigUInt64LE(BigInt(newest));
    this.#lockFile ??= openSync(this.#lockPath, "r+");
    writeSync(this.#lockFile, number, 0, NUMBER_BYTES, NEWEST_AT);
    throw wrongBase;
  }

  #newest(): number {
    readSync(this.#dataFile, this.#numbers, 0, this.#numbers.length, TRANSACTION_AT);
    return Math.max(readNumber(this.#numbers, 0), readNumber(this.#numbers, this.#numbers.length - NUMBER_BYTES));
  }
}

/** Whether what failed so often may succeed if it is begun anew. */
function isWorthATry(failure: unknown, tries: number): boolean {
  return failure === wrongBase ? tries < MAX_TRIES : isPassing(failure) && tries <= MAX_REFUSALS;
}

/** A whole number below 2⁵³, faster than by way of a `bigint`. */
function readNumber(bytes: Buffer, at: number): number {
  return bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * 2 ** 32;
}
