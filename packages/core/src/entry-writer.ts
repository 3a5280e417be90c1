import { allOf, andThen } from "./continuation.ts";
import type { EncodedKey } from "./entry.ts";
import { deadline, EXPIRY_INDEX, expiryEntries, finite } from "./expiry.ts";
import type { ByteRange } from "./operation.ts";
import type { Runtime } from "./runtime.ts";
import { validate } from "./schema.ts";
import type { MaybePromise } from "./store.ts";
import type { ValueOperation } from "./value-codec.ts";
import type { Unit } from "./write-group.ts";

/** Makes units of writes of what the verbs ask for, and counts and tells what became of them. */
export class EntryWriter {
  readonly #runtime: Runtime;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /** Validates and stores values, all or none. */
  set(keys: readonly EncodedKey[], values: readonly unknown[], ttls: readonly number[]): MaybePromise<void> {
    const { schema } = this.#runtime.settings;
    const valid = schema ? allOf(values, (value) => validate(schema, value)) : values;
    return this.#runtime.write(
      keys,
      andThen(valid, (outputs) => this.#setUnit(keys, outputs, ttls)),
    );
  }

  #setUnit(keys: readonly EncodedKey[], values: readonly unknown[], ttls: readonly number[]): Unit<void> {
    const { codec, counters, emitter, reclaimer, table } = this.#runtime;
    const now = this.#runtime.now();
    const operations = keys.map((key, at): ValueOperation => {
      const expiresAt = deadline(now, ttls[at] ?? Number.POSITIVE_INFINITY);
      reclaimer.expect(expiresAt);
      const value = codec.encode(values[at]);
      return { type: "set", table, key, value, expiresAt, entries: expiryEntries(expiresAt), structures: codec.structures };
    });
    return {
      operations,
      done: () => {
        counters.sets += operations.length;
        if (!emitter.has("set")) return;
        for (const [at, { key, expiresAt }] of operations.entries())
          emitter.emit("set", { key, value: values[at], expiresAt: finite(expiresAt) });
      },
    };
  }

  /** Removes rows; tells for each whether it was live. */
  delete(keys: readonly EncodedKey[]): MaybePromise<boolean[]> {
    const { counters, emitter, table } = this.#runtime;
    return this.#runtime.write(keys, {
      operations: keys.map((key) => ({ type: "delete", table, key })),
      done: (counts, from) =>
        keys.map((key, at) => {
          const removed = counts[from + at] === 1;
          if (removed) {
            counters.deletes++;
            emitter.emit("delete", { key });
          }
          return removed;
        }),
    });
  }

  /** Removes a range of keys, all of which begin with `removed`; tells how many live rows there were. */
  deleteRange(range: ByteRange, removed: EncodedKey): MaybePromise<number> {
    const { counters, emitter, table } = this.#runtime;
    return this.#runtime.write(undefined, {
      operations: [{ type: "deleteRange", table, ...range }],
      done: (counts, from) => {
        const count = counts[from] ?? 0;
        counters.deletes += count;
        if (count > 0) emitter.emit("delete", { removed });
        return count;
      },
    });
  }

  /** Moves a live row's deadline; tells whether there was one. */
  expireAt(key: EncodedKey, expiresAt: number): MaybePromise<boolean> {
    const { reclaimer, table } = this.#runtime;
    reclaimer.expect(expiresAt);
    return this.#runtime.write([key], {
      operations: [{ type: "touch", table, key, expiresAt, indexes: [EXPIRY_INDEX], entries: expiryEntries(expiresAt) }],
      done: (counts, from) => counts[from] === 1,
    });
  }
}
