import type { MaybePromise } from "./store.ts";

/** Goes on with a value now, or with a promised one when it is there: one piece of logic for both faces, without a tick on the synchronous one. */
export function andThen<T, U>(value: MaybePromise<T>, next: (value: T) => MaybePromise<U>): MaybePromise<U> {
  return value instanceof Promise ? value.then(next) : next(value);
}

/** All that `make` makes of some items, which may be promised for some. */
export function allOf<T, U>(items: readonly T[], make: (item: T, at: number) => MaybePromise<U>): MaybePromise<U[]> {
  const made: MaybePromise<U>[] = [];
  let isPromised = false;
  try {
    for (const [at, item] of items.entries()) {
      const one = make(item, at);
      isPromised ||= one instanceof Promise;
      made.push(one);
    }
  } catch (error) {
    // What was promised before is no longer waited for, and may still fail.
    if (isPromised) void Promise.allSettled(made);
    throw error;
  }
  // Without a promise among them, they are what they are.
  return isPromised ? Promise.all(made) : (made as U[]);
}

/** What a step sequence yields: something to wait for, whose outcome comes back from the `yield`. */
export type Steps<T> = Generator<MaybePromise<unknown>, T, unknown>;

/** Waits for one value in a step sequence: `const page = yield* step(store.range(…))`. */
export function* step<T>(value: MaybePromise<T>): Generator<MaybePromise<T>, T, unknown> {
  // The runners below answer each yield with the outcome of just what was yielded.
  return (yield value) as T;
}

/** Runs a sequence of steps: at once as long as its steps answer at once, with a promise from the first one that doesn't. */
export function run<T>(steps: Steps<T>): MaybePromise<T> {
  let state = steps.next();
  while (!state.done) {
    const awaited = state.value;
    if (awaited instanceof Promise) return finish(steps, awaited);
    state = steps.next(awaited);
  }
  return state.value;
}

async function finish<T>(steps: Steps<T>, first: Promise<unknown>): Promise<T> {
  let awaited: MaybePromise<unknown> = first;
  for (;;) {
    let outcome: unknown;
    let failure: { readonly error: unknown } | undefined;
    try {
      outcome = await awaited;
    } catch (error) {
      failure = { error };
    }
    const state = failure ? steps.throw(failure.error) : steps.next(outcome);
    if (state.done) return state.value;
    awaited = state.value;
  }
}
