import type { Face } from "@cache/core";
import type { Fixture, Harness } from "./harness.ts";
import { StoreFace } from "./store-face.ts";

/** What a store-level scenario gets: an open store, and ways to open others on the same data. */
export class StoreContext {
  readonly harness: Harness;
  readonly face: Face;
  readonly #fixture: Fixture;
  readonly #opened = new Set<StoreFace>();
  #store: StoreFace | undefined;

  constructor(harness: Harness, fixture: Fixture, face: Face) {
    this.harness = harness;
    this.#fixture = fixture;
    this.face = face;
  }

  /** The store opened first, or by the last `reopen`. */
  get store(): StoreFace {
    if (!this.#store) throw new Error("no store is open");
    return this.#store;
  }

  /** Opens a store on the data beside those that are open. */
  async another(): Promise<StoreFace> {
    const store = new StoreFace(this.#fixture.store(), this.face);
    await store.open();
    this.#opened.add(store);
    return store;
  }

  /** Closes all stores, then opens one on the same data. */
  async reopen(): Promise<StoreFace> {
    await this.close();
    this.#store = await this.another();
    return this.#store;
  }

  /** Closes all stores that are still open. */
  async close(): Promise<void> {
    const stores = [...this.#opened];
    this.#opened.clear();
    for (const store of stores) await store.close();
  }
}
