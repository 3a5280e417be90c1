import type { Face, Iteration, Reply } from "./verbs.ts";
import { asyncSchema } from "./errors.ts";
import { PartIterator, type Parts } from "./part-iterator.ts";
import type { MaybePromise } from "./store.ts";

/** How the one implementation of the verbs answers on a face. */
export interface FaceRunner<F extends Face> {
  readonly name: F;
  reply<T>(work: () => MaybePromise<T>): Reply<F, T>;
  /** `signal` ends the iteration before its next item. */
  iterate<T>(start: () => Parts<T>, signal: AbortSignal | undefined): Iteration<F, T>;
}

/** Answers with promises: what is thrown becomes a rejection. */
export const asyncFace: FaceRunner<"async"> = {
  name: "async",
  reply(work) {
    try {
      const answer = work();
      return answer instanceof Promise ? answer : Promise.resolve(answer);
    } catch (error) {
      return Promise.reject(error);
    }
  },
  iterate(start, signal) {
    return new PartIterator(start, signal);
  },
};

/** Answers at once. */
export const syncFace: FaceRunner<"sync"> = {
  name: "sync",
  reply(work) {
    return now(work());
  },
  *iterate<T>(start: () => Parts<T>, signal: AbortSignal | undefined) {
    const next = start();
    for (let part = now(next()); part; part = now(next()))
      for (const item of part) {
        signal?.throwIfAborted();
        yield item;
      }
    return undefined;
  },
};

function now<T>(answer: MaybePromise<T>): T {
  if (!(answer instanceof Promise)) return answer;
  answer.catch(() => {});
  // A SyncStore answers at once, so only a schema can have promised something.
  throw asyncSchema();
}
