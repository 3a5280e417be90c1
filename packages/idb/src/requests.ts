/**
 * The results of a transaction's requests, which IndexedDB carries out in the order they were made: so that one listener, on the last, is
 * enough. Rejects with that request's error; it is an `AbortError` when an earlier one failed, and the transaction then has the reason.
 */
export function results<T>(requests: readonly IDBRequest<T>[]): Promise<T[]> {
  const last = requests.at(-1);
  if (!last) return Promise.resolve([]);
  return new Promise((resolve, reject) => {
    last.onsuccess = () => resolve(requests.map(({ result }) => result));
    last.onerror = () => reject(last.error);
  });
}

/** The result of one request. */
export function result<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
