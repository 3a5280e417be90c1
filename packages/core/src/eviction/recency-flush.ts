import { step, type Steps } from "../continuation.ts";
import type { EncodedKey } from "../entry.ts";
import type { TouchOperation } from "../operation.ts";
import { READ_FLUSH_ROWS, ReadFlush, type ReadFlushOptions } from "../read-flush.ts";
import type { RowAccess } from "../row-access.ts";
import type { Eviction } from "./eviction.ts";
import { ORDER_INDEX, placeBytes, placeOf } from "./place.ts";
import type { Mark } from "./recency.ts";

/** Writes what is read down to the store: from time to time, and when it is asked to. */
export class RecencyFlush {
  readonly #eviction: Eviction;
  readonly #rows: RowAccess;
  readonly #plan: ReadFlush;

  constructor(eviction: Eviction, options: ReadFlushOptions) {
    this.#eviction = eviction;
    this.#rows = options.rows;
    this.#plan = new ReadFlush(options, (most) => this.flush(most));
  }

  /** Takes note that something was read. */
  noted(): void {
    this.#plan.noted();
  }

  /** Forgets about later flushes. */
  stop(): void {
    this.#plan.stop();
  }

  /** Writes the reads so far, of hardly more than so many rows; tells whether it left any. */
  *flush(most: number = Infinity): Steps<boolean> {
    // What is noted from now on is heard of again.
    for (const table of this.#eviction.tables) this.#eviction.recency(table).settle();
    let left = most;
    for (const table of this.#eviction.tables) {
      const marks = this.#eviction.recency(table).marks();
      for (let at = 0; at < marks.length; at += READ_FLUSH_ROWS) {
        if (left <= 0) return true;
        const slice = marks.slice(at, at + READ_FLUSH_ROWS);
        left -= slice.length;
        yield* this.#write(table, slice);
      }
    }
    return false;
  }

  *#write(table: number, marks: readonly Readonly<Mark>[]): Steps<void> {
    const { ranking } = this.#eviction;
    const recency = this.#eviction.recency(table);
    const found = yield* step(
      this.#rows.getMany(
        table,
        marks.map(({ key }) => key),
      ),
    );
    const operations: TouchOperation[] = [];
    for (const [at, { key, hits, lastHit }] of marks.entries()) {
      const entry = found[at]?.entries.find(({ index }) => index === ORDER_INDEX);
      const place = entry && placeOf(entry.bytes);
      // Reads before the row was written, or kept last, are in its place.
      const to = place && lastHit > place.position ? ranking.promote?.({ place, hash: recency.hash(key), hits, lastHit }) : undefined;
      if (to) operations.push(placing(table, key, placeBytes(to)));
    }
    if (operations.length > 0) yield* step(this.#rows.write([], { operations, done: () => undefined }));
    for (const { key, hits, lastHit } of marks) recency.drop(recency.hash(key), lastHit, hits);
  }
}

/** Gives a row a place. */
function placing(table: number, key: EncodedKey, bytes: Uint8Array): TouchOperation {
  return { type: "touch", table, key, indexes: [ORDER_INDEX], entries: [{ index: ORDER_INDEX, bytes }] };
}
