import type { Clock } from "./clock.ts";
import { CacheError } from "./errors.ts";
import type { MaybePromise } from "./store.ts";

/** What came of work that may fail, or take too long. */
export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown };

/** Does something and tells what came of it, after `ms` milliseconds of a clock at the latest: then work goes on that nobody waits for. */
export function within<T>(clock: Clock, ms: number, work: () => MaybePromise<T>): MaybePromise<Outcome<T>> {
  try {
    const value = work();
    return value instanceof Promise ? inTime(clock, ms, value) : { ok: true, value };
  } catch (error) {
    return { ok: false, error };
  }
}

async function inTime<T>(clock: Clock, ms: number, promised: Promise<T>): Promise<Outcome<T>> {
  const late = Promise.withResolvers<never>();
  const cancel = clock.schedule(ms, () => late.reject(new CacheError("CACHE_IO", `not done within ${ms} ms`)));
  try {
    return { ok: true, value: await Promise.race([promised, late.promise]) };
  } catch (error) {
    return { ok: false, error };
  } finally {
    cancel();
  }
}
