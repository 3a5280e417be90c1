import { andThen } from "./continuation.ts";
import type { EncodedKey, StoredEntry } from "./entry.ts";
import { isCacheError } from "./errors.ts";
import { absent } from "./row-reader.ts";
import type { Runtime } from "./runtime.ts";
import { validate } from "./schema.ts";
import type { MaybePromise } from "./store.ts";

/** Makes of stored rows what readers may see of them. */
export class EntryReader<Value> {
  readonly #runtime: Runtime;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /** Whether a row may be seen at all. */
  readonly isLive = (stored: StoredEntry | undefined): stored is StoredEntry =>
    stored !== undefined && (stored.expiresAt === Number.POSITIVE_INFINITY || stored.expiresAt > this.#runtime.now());

  /** What a reader gets of a row: its value or `undefined`, counted. */
  read(key: EncodedKey, stored: StoredEntry | undefined): MaybePromise<Value | undefined> {
    const value = this.value(key, stored);
    return value instanceof Promise ? value.then((one) => this.count(key, one)) : this.count(key, value);
  }

  /** The value of a row, or `absent` when there is none that may be seen. */
  value(key: EncodedKey, stored: StoredEntry | undefined): MaybePromise<Value | typeof absent> {
    if (!this.isLive(stored)) return absent;
    const { codec, settings } = this.#runtime;
    let value: MaybePromise<unknown>;
    try {
      value = codec.decode(stored.value);
    } catch (error) {
      return this.#damaged(key, error);
    }
    if (value instanceof Promise) value = value.catch((error: unknown) => this.#damaged(key, error));
    if (settings.schema && settings.validateOnRead) {
      const { schema } = settings;
      value = andThen(value, (one) => (one === absent ? absent : validate(schema, one)));
    }
    // What was stored was an Input that the schema, if there is one, made a Value of.
    return value as MaybePromise<Value>;
  }

  #damaged(key: EncodedKey, error: unknown): typeof absent {
    if (this.#runtime.settings.onCorrupt === "throw" || !isCacheError(error, "CACHE_CORRUPT")) throw error;
    this.#runtime.emitter.emit("error", { key, error });
    return absent;
  }

  /** Counts a read and tells listeners of it; gives what the reader gets. */
  count(key: EncodedKey, value: Value | typeof absent): Value | undefined {
    const { counters, emitter } = this.#runtime;
    if (value === absent) {
      counters.misses++;
      if (emitter.has("miss")) emitter.emit("miss", { key });
      return undefined;
    }
    counters.hits++;
    if (emitter.has("hit")) emitter.emit("hit", { key });
    return value;
  }
}
