/**
 * The page's connections, watched through IndexedDB's own interface, so that a test can do to them what a browser does when it takes one away.
 */
export interface WatchedConnections {
  /** How many were opened since the watch began. */
  readonly opened: number;
  /** Ends all connections as a browser does that forces them closed: transactions abort, then each connection hears that it is closed. */
  forceClose(): Promise<void>;
  /** Closes all connections without telling anybody. */
  closeSilently(): void;
  /** Called with each transaction that begins. */
  onBegin: (transaction: IDBTransaction) => void;
  /** Ends the watch. */
  stop(): void;
}

export function watchConnections(): WatchedConnections {
  // Both are called with the objects that they belong to, below.
  // oxlint-disable-next-line typescript/unbound-method
  const { open } = IDBFactory.prototype;
  // oxlint-disable-next-line typescript/unbound-method
  const { transaction: begin } = IDBDatabase.prototype;
  const databases: IDBDatabase[] = [];
  const running = new Set<IDBTransaction>();
  IDBFactory.prototype.open = function (this: IDBFactory, ...args) {
    const request = open.apply(this, args);
    request.addEventListener("success", () => databases.push(request.result));
    return request;
  };
  IDBDatabase.prototype.transaction = function (this: IDBDatabase, ...args) {
    const transaction = begin.apply(this, args);
    running.add(transaction);
    for (const end of ["complete", "abort"]) transaction.addEventListener(end, () => running.delete(transaction));
    watched.onBegin(transaction);
    return transaction;
  };
  const watched: WatchedConnections = {
    get opened() {
      return databases.length;
    },
    onBegin: () => {},
    async forceClose() {
      const lost = [...databases];
      const aborted = Array.from(running, (transaction) => new Promise((resolve) => transaction.addEventListener("abort", resolve)));
      for (const transaction of running) transaction.abort();
      await Promise.all(aborted);
      for (const database of lost) {
        database.close();
        database.dispatchEvent(new Event("close"));
      }
    },
    closeSilently() {
      for (const database of databases) database.close();
    },
    stop() {
      IDBFactory.prototype.open = open;
      IDBDatabase.prototype.transaction = begin;
    },
  };
  return watched;
}
