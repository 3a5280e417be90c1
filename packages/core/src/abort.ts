import type { MaybePromise } from "./store.ts";

/** A promised value, or the signal's reason if it aborts first. The work goes on; only its outcome is no longer waited for. */
export function abortable<T>(value: MaybePromise<T>, signal: AbortSignal | undefined): MaybePromise<T> {
  if (!signal || !(value instanceof Promise)) return value;
  return new Promise<T>((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    value.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
