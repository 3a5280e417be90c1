import type { MaybePromise } from "../store.ts";

/**
 * The order of a transaction's calls, which may be made without waiting for one another: a read sees just the writes that were called before
 * it. Reads go side by side; a write waits for all calls before it. What needs no waiting runs at once.
 */
export class CallOrder {
  readonly #reads = new Set<Promise<unknown>>();
  readonly #writes = new Set<Promise<unknown>>();
  /** Settles, without fail, after the last write. */
  #lastWrite: Promise<void> | undefined;

  read<T>(work: () => MaybePromise<T>): MaybePromise<T> {
    const begun = this.#lastWrite && this.#writes.size > 0 ? this.#lastWrite.then(work) : work();
    if (begun instanceof Promise) void this.#follow(this.#reads, begun);
    return begun;
  }

  write<T>(work: () => MaybePromise<T>): MaybePromise<T> {
    const before = [...this.#reads, ...this.#writes];
    const begun = before.length > 0 ? Promise.allSettled(before).then(work) : work();
    if (begun instanceof Promise) this.#lastWrite = this.#follow(this.#writes, begun);
    return begun;
  }

  /** Waits until no call is under way. Throws what a write threw that was still under way when it was asked. */
  settled(): MaybePromise<void> {
    if (this.#reads.size + this.#writes.size > 0) return this.#settle();
  }

  async #settle(): Promise<void> {
    let failed: PromiseRejectedResult | undefined;
    // Calls may lead to others, such as a page of an index after a look at whether it is built.
    while (this.#reads.size + this.#writes.size > 0) {
      const writes = await Promise.allSettled(this.#writes);
      await Promise.allSettled(this.#reads);
      failed ??= writes.find((outcome) => outcome.status === "rejected");
    }
    if (failed) throw failed.reason;
  }

  #follow(calls: Set<Promise<unknown>>, call: Promise<unknown>): Promise<void> {
    calls.add(call);
    const over = (): void => {
      calls.delete(call);
    };
    return call.then(over, over);
  }
}
