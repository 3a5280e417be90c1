import type { Cache } from "@cache/core";
import type { CachedValue, FileEntry } from "./file-entry.ts";
import type { Location } from "./location.ts";

/** How many changes are committed together. Larger batches cost as much per entry, and leave more undone when the process is killed. */
const BATCH_ENTRIES = 500;

type Write = [key: Location["key"], entry: FileEntry];

/** Writes entries to the cache in batches, one batch on its way while the next one fills. */
export class EntryWriter {
  /** Entries written or deleted so far. */
  changes = 0;
  readonly #cache: Cache<CachedValue>;
  #writes: Write[] = [];
  #deletions: Location["key"][] = [];
  #committing: Promise<unknown> = Promise.resolve();

  constructor(cache: Cache<CachedValue>) {
    this.#cache = cache;
  }

  async set(location: Location, entry: FileEntry): Promise<void> {
    this.#writes.push([location.key, entry]);
    await this.#changed();
  }

  async delete(location: Location): Promise<void> {
    this.#deletions.push(location.key);
    await this.#changed();
  }

  /** Commits what is gathered and waits for it. Throws what the store throws. */
  async flush(): Promise<void> {
    await this.#commit();
    await this.#committing;
  }

  async #changed(): Promise<void> {
    this.changes++;
    if (this.#writes.length + this.#deletions.length >= BATCH_ENTRIES) await this.#commit();
  }

  async #commit(): Promise<void> {
    await this.#committing;
    const writes = this.#writes;
    const deletions = this.#deletions;
    this.#writes = [];
    this.#deletions = [];
    this.#committing = Promise.all([this.#cache.setMany(writes), this.#cache.deleteMany(deletions)]);
    // Whoever commits or flushes next hears of a failure.
    this.#committing.catch(() => {});
  }
}
