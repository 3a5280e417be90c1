import { isConstraint } from "./errors.ts";

/** The result of a request. Rejects with its error. */
export function result<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () => reject(request.error ?? new Error("a request failed without a reason")));
  });
}

/**
 * The results of a transaction's requests, which IndexedDB carries out in the order they were made: so that listening to the last is enough.
 * Rejects with that request's error; it is an `AbortError` when an earlier one failed, and the transaction then has the reason.
 */
export async function results<T>(requests: readonly IDBRequest<T>[]): Promise<T[]> {
  const last = requests.at(-1);
  if (last) await result(last);
  return requests.map((request) => request.result);
}

/** Settles once it is known whether a row was added, or there already: which ends neither the promise nor the transaction. */
export function added(request: IDBRequest, then: (isNew: boolean) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    request.addEventListener("success", () => {
      then(true);
      resolve();
    });
    request.addEventListener("error", (event) => {
      if (!isConstraint(request.error)) {
        reject(request.error ?? new Error("a row could not be added"));
        return;
      }
      event.preventDefault();
      event.stopPropagation();
      then(false);
      resolve();
    });
  });
}
