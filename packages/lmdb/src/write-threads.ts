import type { Engine } from "./engine.ts";
import { engineError } from "./native.ts";

/*
 * lmdb-js 3.5.6 settles a transaction when the disk has it, which takes many times as long as everything before. Its engine is made to do better
 * (`mdb_txn_commit` of its mdb.c): once all readers see a transaction, others may begin, and one that waits for the disk waits for all before it.
 * The thread tells of that moment, too, but marks the transaction as committed only when it is done with the disk (`WriteWorker::Write` of its
 * writer.cpp). So we listen to the threads ourselves.
 */

/** What a thread tells; all else is the engine's error. */
const DONE = 0;
const VISIBLE = 1;
const ASKS_FOR_JOBS = 2;

/**
 * How many threads may be with the disk when another one is begun. Each is one of the four that Node has for all kinds of work, and lmdb-js mixes up
 * the fates of more than two transactions.
 */
const MOST_BEFORE = 1;

/** A job that was carried out in a transaction. */
interface Carried {
  /** Hears that all readers see the transaction. */
  readonly visible: () => void;
  /** Hears that it failed as a whole, if it wasn't visible. */
  readonly failed: (error: Error) => void;
}

/** The threads in which lmdb-js begins and ends transactions, one for each. */
export class WriteThreads {
  readonly #engine: Engine;
  /** The ends of the threads that there are, in their order. */
  readonly #ends = new Set<Promise<void>>();
  /** What is carried out for the thread that asks at the moment. */
  #carried: Carried[] = [];
  #failure: Error | undefined;

  constructor(engine: Engine) {
    this.#engine = engine;
    const { env } = engine;
    const start = env.startWriting.bind(env);
    const startHeard: typeof start = (address, tell) => start(address, this.#hearing(tell));
    Object.defineProperty(env, "startWriting", { value: startHeard, configurable: true });
  }

  /**
   * Carries out a job in a transaction. Settles when all readers see what it did, in this process and others; the disk follows. If it throws,
   * nothing is changed.
   */
  async run<T>(job: () => T): Promise<T> {
    for (const end of this.#ends) if (this.#ends.size > MOST_BEFORE) await end;
    return new Promise((resolve, reject) => {
      // A child transaction, since of an ordinary one all is kept that was done before its callback threw.
      const settled = this.#engine.childTransaction(() => {
        try {
          const result = job();
          this.#carried.push({ visible: () => resolve(result), failed: reject });
        } catch (error) {
          this.#carried.push({ visible: () => reject(error), failed: reject });
          throw error;
        }
      });
      // Mostly with what it was rejected with already.
      settled.catch(async (error: unknown) => reject(await reasonOf(error)));
    });
  }

  /** Throws what kept a visible transaction from the disk since this was called last. */
  assertWritten(): void {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure) throw failure;
  }

  /** Settles when all threads are done; `undefined` when there are none. */
  get ended(): Promise<unknown> | undefined {
    return this.#ends.size > 0 ? Promise.all(this.#ends) : undefined;
  }

  /** What a thread is to tell, if `tell` is what lmdb-js wants to hear. */
  #hearing(tell: Tell): Tell {
    const carried: Carried[] = [];
    let isVisible = false;
    let ends = (): void => undefined;
    const end = new Promise<void>((resolve) => (ends = resolve));
    this.#ends.add(end);
    return (status) => {
      if (status === ASKS_FOR_JOBS) this.#carried = carried;
      const answer = tell(status);
      if (status === ASKS_FOR_JOBS) return answer;
      if (status === VISIBLE) {
        isVisible = true;
        this.#engine.resetReadTxn();
      } else {
        this.#ends.delete(end);
        ends();
      }
      if (status === VISIBLE || status === DONE) for (const { visible } of carried) visible();
      else this.#fail(carried, engineError(status), isVisible);
      return answer;
    };
  }

  #fail(carried: readonly Carried[], error: Error, isVisible: boolean): void {
    if (isVisible) this.#failure = error;
    else for (const { failed } of carried) failed(error);
    // lmdb-js' `close` would wait for ever now, unless another transaction succeeds. This one has nothing to fail at.
    if (carried.length > 0) this.#engine.childTransaction(() => undefined).catch(reasonOf);
  }
}

/** How a thread tells how far it is. */
type Tell = Parameters<Engine["env"]["startWriting"]>[1];

/** Why a transaction failed: lmdb-js hides that behind a promise, which must be handled, too. */
async function reasonOf(error: unknown): Promise<unknown> {
  if (!(error instanceof Error && "commitError" in error)) return error;
  try {
    await error.commitError;
    return error;
  } catch (reason) {
    return reason;
  }
}
