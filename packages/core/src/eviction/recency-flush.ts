import { step, type Steps } from "../continuation.ts";
import type { EncodedKey } from "../entry.ts";
import type { TouchOperation } from "../operation.ts";
import { READ_FLUSH_MS, READ_FLUSH_ROWS, ReadFlush, type ReadFlushOptions } from "../read-flush.ts";
import type { RowAccess } from "../row-access.ts";
import type { Eviction } from "./eviction.ts";
import { ORDER_INDEX, placeOf } from "./place.ts";
import type { Mark } from "./marks.ts";

/** Writes what is read down to the store: from time to time, and when it is asked to. */
export class RecencyFlush {
  readonly #eviction: Eviction;
  readonly #rows: RowAccess;
  readonly #plan: ReadFlush;
  /** The tables, of which those of which reads were left come last. */
  readonly #tables: Set<number>;

  constructor(eviction: Eviction, options: ReadFlushOptions) {
    this.#eviction = eviction;
    this.#tables = new Set(eviction.tables);
    this.#rows = options.rows;
    this.#plan = new ReadFlush(options, (most = Infinity) => this.#flushSome(most));
    const listener = { noted: () => this.#plan.noted(), filled: () => this.#plan.hasten() };
    for (const table of this.#tables) eviction.recency(table).listener = listener;
  }

  /** Forgets about later flushes. */
  stop(): void {
    this.#plan.stop();
  }

  /** Writes all reads so far. */
  *flush(): Steps<void> {
    yield* this.#flush(Infinity, Infinity);
  }

  /** Writes reads of hardly more than so many keys; of those that are read all the time, only now and then. Tells whether it left any others. */
  *#flushSome(most: number): Steps<boolean> {
    if (yield* this.#flush(most, this.#eviction.positions.ago(READ_FLUSH_MS))) return true;
    // They are written later.
    for (const table of this.#tables) if (this.#eviction.recency(table).unwritten(1).length > 0) this.#plan.noted();
    return false;
  }

  /** Writes reads of keys that none were written of since a position; tells whether it left any. */
  *#flush(most: number, before: number): Steps<boolean> {
    let left = most;
    for (const table of this.#tables) {
      const recency = this.#eviction.recency(table);
      // What is noted from now on is heard of again.
      recency.begin();
      const marks = recency.unwritten(left + 1, before);
      for (let at = 0; at < marks.length; at += READ_FLUSH_ROWS) {
        if (left <= 0) {
          this.#tables.delete(table);
          this.#tables.add(table);
          return true;
        }
        const slice = marks.slice(at, at + READ_FLUSH_ROWS);
        left -= slice.length;
        yield* this.#write(table, slice);
      }
      recency.catchUp();
    }
    return false;
  }

  *#write(table: number, marks: readonly Mark[]): Steps<void> {
    const recency = this.#eviction.recency(table);
    const found = yield* step(
      this.#rows.getMany(
        table,
        marks.map(({ key }) => key),
      ),
    );
    const operations: TouchOperation[] = [];
    for (const [at, { hash, key, hits, lastHit }] of marks.entries()) {
      const entry = found[at]?.entries.find(({ index }) => index === ORDER_INDEX);
      const place = entry && placeOf(entry.bytes);
      // Reads before the row was written, or kept last, are in its place.
      const to = place && lastHit > place.position ? this.#eviction.promoted({ place, hash, hits, lastHit }) : undefined;
      if (to) operations.push(placing(table, key, to));
    }
    if (operations.length > 0) yield* step(this.#rows.write([], { operations, done: () => undefined }));
    for (const { hash, hits, lastHit } of marks) recency.drop(hash, lastHit, hits);
  }
}

/** Gives a row a place. */
function placing(table: number, key: EncodedKey, bytes: Uint8Array): TouchOperation {
  return { type: "touch", table, key, indexes: [ORDER_INDEX], entries: [{ index: ORDER_INDEX, bytes }] };
}
