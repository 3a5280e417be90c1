import type { Clock } from "../clock.ts";
import { step, type Steps } from "../continuation.ts";
import type { EncodedKey } from "../entry.ts";
import type { TouchOperation } from "../operation.ts";
import type { RowAccess } from "../row-access.ts";
import type { Eviction } from "./eviction.ts";
import { ORDER_INDEX, placeBytes, placeOf } from "./place.ts";
import type { Mark } from "./recency.ts";

/** How long reads are remembered in memory before they are written, at most, in milliseconds: what a crash may lose. */
const INTERVAL_MS = 5000;

/** Rows in one commit of reads: about a millisecond's work. */
const SLICE_ROWS = 128;

/** What writing reads down needs of the cache. */
export interface RecencyFlushOptions {
  readonly rows: RowAccess;
  readonly clock: Clock;
  /** Runs a flush that nobody waits for. */
  readonly runAlone: (flush: Steps<void>) => void;
}

/** Writes what is read down to the store: from time to time, and when it is asked to. */
export class RecencyFlush {
  readonly #eviction: Eviction;
  readonly #options: RecencyFlushOptions;
  #cancel: (() => void) | undefined;

  constructor(eviction: Eviction, options: RecencyFlushOptions) {
    this.#eviction = eviction;
    this.#options = options;
  }

  /** Takes note that something was read. */
  noted(): void {
    const { clock, runAlone } = this.#options;
    this.#cancel ??= clock.schedule(INTERVAL_MS, () => {
      this.#cancel = undefined;
      runAlone(this.flush());
    });
  }

  /** Forgets about later flushes. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  /** Writes all reads so far. */
  *flush(): Steps<void> {
    for (const table of this.#eviction.tables) {
      const marks = this.#eviction.recency(table).marks();
      for (let at = 0; at < marks.length; at += SLICE_ROWS) yield* this.#write(table, marks.slice(at, at + SLICE_ROWS));
    }
  }

  *#write(table: number, marks: readonly Readonly<Mark>[]): Steps<void> {
    const { rows } = this.#options;
    const { ranking } = this.#eviction;
    const recency = this.#eviction.recency(table);
    const found = yield* step(
      rows.getMany(
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
    if (operations.length > 0) yield* step(rows.write([], { operations, done: () => undefined }));
    for (const { key, hits, lastHit } of marks) recency.drop(recency.hash(key), lastHit, hits);
  }
}

/** Gives a row a place. */
function placing(table: number, key: EncodedKey, bytes: Uint8Array): TouchOperation {
  return { type: "touch", table, key, indexes: [ORDER_INDEX], entries: [{ index: ORDER_INDEX, bytes }] };
}
