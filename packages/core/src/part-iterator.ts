import type { MaybePromise } from "./store.ts";

/** A sequence read part by part; `undefined` at its end. */
export type Parts<T> = () => MaybePromise<readonly T[] | undefined>;

/**
 * Iterates over promised parts. By hand, since an asynchronous generator takes several ticks for each item; here an item that is there is
 * one resolved promise away.
 */
export class PartIterator<T> implements AsyncIterableIterator<T, undefined> {
  readonly #start: () => Parts<T>;
  readonly #signal: AbortSignal | undefined;
  #next: Parts<T> | undefined;
  #part: readonly T[] = [];
  #at = 0;
  #isDone = false;
  /** Calls of `next` that wait for a part, the later behind the earlier. */
  #waiting: Promise<unknown> | undefined;

  constructor(start: () => Parts<T>, signal: AbortSignal | undefined) {
    this.#start = start;
    this.#signal = signal;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<T, undefined>> {
    if (this.#waiting) return this.#after(this.#waiting);
    if (this.#at < this.#part.length && !this.#signal?.aborted) return Promise.resolve(this.#take());
    return this.#after(Promise.resolve());
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.#isDone = true;
    this.#part = [];
    return Promise.resolve({ done: true, value: undefined });
  }

  #after(earlier: Promise<unknown>): Promise<IteratorResult<T, undefined>> {
    const result = earlier.then(() => this.#fetch());
    const settled = result
      .catch(() => {})
      .finally(() => {
        if (this.#waiting === settled) this.#waiting = undefined;
      });
    this.#waiting = settled;
    return result;
  }

  async #fetch(): Promise<IteratorResult<T, undefined>> {
    if (this.#signal?.aborted && !this.#isDone) {
      await this.return();
      throw this.#signal.reason;
    }
    while (this.#at >= this.#part.length) {
      if (this.#isDone) return { done: true, value: undefined };
      try {
        this.#next ??= this.#start();
        const part = await this.#next();
        this.#isDone ||= part === undefined;
        this.#part = this.#isDone ? [] : (part ?? []);
        this.#at = 0;
      } catch (error) {
        this.#isDone = true;
        throw error;
      }
    }
    return this.#take();
  }

  #take(): IteratorResult<T, undefined> {
    // The callers know that there is one.
    return { done: false, value: this.#part[this.#at++] as T };
  }
}
