import type { Engine } from "./engine.ts";
import { notOnDisk } from "./errors.ts";
import { engineError } from "./native.ts";
import { readVersion } from "./tally.ts";

/*
 * lmdb-js 3.5.6 settles a transaction when the disk has it, which takes many times as long as everything before. Its engine is made to do better
 * (`mdb_txn_commit` of its mdb.c), except on Windows: once all readers see a transaction, others may begin, and one that waits for the disk waits
 * for all before it. The thread tells of that moment, too, but marks the transaction as committed only when it is done with the disk
 * (`WriteWorker::Write` of its writer.cpp). So we listen to the threads ourselves.
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

/** A thread, from the start of its transaction until the disk has it. */
interface Thread {
  /** What hears of the jobs that were carried out for it: once all readers see them, or with an error if they failed with it before that was heard. */
  readonly jobs: ((failure?: Error) => void)[];
  /** The version of the last commit as these jobs left it. */
  version: number;
  isVisible: boolean;
  readonly end: PromiseWithResolvers<void>;
}

/** The threads in which lmdb-js begins and ends transactions, one for each. */
export class WriteThreads {
  readonly #engine: Engine;
  /** Those that there are, in their order. */
  readonly #threads = new Set<Thread>();
  #asking: Thread | undefined;
  #losses = 0;
  #loss: unknown;

  constructor(engine: Engine) {
    this.#engine = engine;
    const { env } = engine;
    const start = env.startWriting.bind(env);
    const startHeard: typeof start = (address, tell) => start(address, this.#hearing(tell));
    // A native method can't be assigned to.
    Object.defineProperty(env, "startWriting", { value: startHeard, configurable: true });
  }

  /**
   * Carries out a job in a transaction. Settles when all readers see what it did, in this process and others; the disk follows. If it throws,
   * nothing is changed.
   */
  async run<T>(job: () => T): Promise<T> {
    while (this.#threads.size > MOST_BEFORE) await Promise.race(Array.from(this.#threads, ({ end }) => end.promise));
    return new Promise((resolve, reject) => {
      // A child transaction, since of an ordinary one all is kept that was done before its callback threw.
      const settled = this.#engine.childTransaction(() => {
        // lmdb-js has jobs carried out for those alone who ask.
        const thread = this.#asking as Thread;
        try {
          const result = job();
          thread.version = readVersion(this.#engine);
          thread.jobs.push((failure) => (failure ? reject(failure) : resolve(result)));
        } catch (error) {
          thread.jobs.push((failure) => reject(failure ?? error));
          throw error;
        }
      });
      // If lmdb-js fails by itself; mostly this is known already.
      settled.catch(async (error: unknown) => reject(await reasonOf(error)));
    });
  }

  /**
   * Settles when all threads that there are have ended; `undefined` when there are none. lmdb-js' `close` waits for the last one alone, and frees what
   * all of them use.
   */
  get ended(): Promise<unknown> | undefined {
    return this.#threads.size > 0 ? Promise.all(Array.from(this.#threads, ({ end }) => end.promise)) : undefined;
  }

  /** Settles when the threads have ended whose transactions readers see. */
  get visibleEnded(): Promise<unknown> {
    const visible = [...this.#threads].filter(({ isVisible }) => isVisible);
    return Promise.all(visible.map(({ end }) => end.promise));
  }

  /** How often it turned out that the disk hadn't taken what readers see. */
  get losses(): number {
    return this.#losses;
  }

  /** Takes note that the disk hasn't taken what readers see. */
  lose(reason: unknown): void {
    this.#losses++;
    this.#loss = reason;
  }

  /** Throws `CACHE_IO` if there were more losses than so many. */
  assertLosses(count: number): void {
    if (this.#losses > count) throw notOnDisk(this.#loss);
  }

  /** What a thread is to tell, if `tell` is what lmdb-js wants to hear. */
  #hearing(tell: Tell): Tell {
    const thread: Thread = { jobs: [], version: 0, isVisible: false, end: Promise.withResolvers() };
    this.#threads.add(thread);
    return (status) => {
      if (status === ASKS_FOR_JOBS) this.#asking = thread;
      const answer = tell(status);
      if (status === VISIBLE) this.#look(thread);
      else if (status !== ASKS_FOR_JOBS) this.#end(thread, status);
      return answer;
    };
  }

  /** Settles the jobs of a thread if readers see them. One that asked for jobs twice may be heard to tell that it is visible when it isn't. */
  #look(thread: Thread): void {
    if (thread.jobs.length === 0 || !this.#isSeen(thread.version)) return;
    thread.isVisible = true;
    for (const settle of thread.jobs.splice(0)) settle();
  }

  #isSeen(version: number): boolean {
    this.#engine.resetReadTxn();
    try {
      return readVersion(this.#engine) >= version;
    } catch {
      // No reader's slot may be free. The thread will be done, too.
      return false;
    } finally {
      // For whoever reads later.
      this.#engine.resetReadTxn();
    }
  }

  #end(thread: Thread, status: number): void {
    this.#threads.delete(thread);
    const { jobs, version, isVisible, end } = thread;
    const failure = status === DONE ? undefined : engineError(status);
    // If the system failed, whose codes are positive, jobs may have failed that readers see: that they do goes unheard when the thread ends at once.
    if (failure && (isVisible || (status > DONE && jobs.length > 0 && this.#isSeen(version)))) this.lose(failure);
    for (const settle of jobs) settle(failure);
    end.resolve();
    // lmdb-js' `close` would wait for ever now, unless another transaction succeeds. This one has nothing to fail at.
    if (failure && (isVisible || jobs.length > 0)) this.#engine.childTransaction(() => undefined).catch(reasonOf);
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
