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
  /** How many calls of `next` wait for a part, each behind the one before it, and the last of them. */
  #waiting = 0;
  #last: Promise<unknown> | undefined;

  constructor(start: () => Parts<T>, signal: AbortSignal | undefined) {
    this.#start = start;
    this.#signal = signal;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<T, undefined>> {
    if (this.#waiting === 0 && this.#at < this.#part.length && !this.#signal?.aborted) return Promise.resolve(this.#take());
    const fetch = (): Promise<IteratorResult<T, undefined>> => this.#fetch();
    const result = this.#waiting++ > 0 && this.#last ? this.#last.then(fetch, fetch) : fetch();
    this.#last = result;
    return result;
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.#isDone = true;
    this.#part = [];
    return Promise.resolve({ done: true, value: undefined });
  }

  async #fetch(): Promise<IteratorResult<T, undefined>> {
    try {
      while (!this.#isDone) {
        this.#signal?.throwIfAborted();
        if (this.#at < this.#part.length) return this.#take();
        this.#next ??= this.#start();
        const part = await this.#next();
        // Meanwhile `return` may have been called.
        this.#part = part && !this.#isDone ? part : [];
        this.#at = 0;
        this.#isDone ||= part === undefined;
      }
      return { done: true, value: undefined };
    } catch (error) {
      this.#isDone = true;
      throw error;
    } finally {
      this.#waiting--;
    }
  }

  #take(): IteratorResult<T, undefined> {
    // The callers know that there is one.
    return { done: false, value: this.#part[this.#at++] as T };
  }
}
