import { step, type Steps } from "./continuation.ts";
import type { EncodedKey, StoredEntry } from "./entry.ts";
import { isCacheError } from "./errors.ts";
import { deadline, EXPIRY_INDEX, expiryEntries } from "./expiry.ts";
import { byteString } from "./memory-table.ts";
import { READ_FLUSH_MS, READ_FLUSH_ROWS, ReadFlush, type ReadFlushOptions } from "./read-flush.ts";
import type { Unit } from "./unit.ts";
import { valueLifetime } from "./value-codec.ts";

/** A row keeps its deadline as long as more than this part of its lifetime is left. */
const KEPT_PART = 7 / 8;

/** A deadline that is nearer, in milliseconds, is put off at once: it might pass before the next flush. */
const NEAR_MS = 2 * READ_FLUSH_MS;

/** How often a row is looked at again because others change it meanwhile. What they make of it counts, too. */
const MAX_TRIES = 8;

/** The life of a row as a read found it. */
export interface Slide {
  readonly version: number;
  readonly expiresAt: number;
  /** For how many milliseconds the read makes it live on. */
  readonly lifetime: number;
}

/** What prolonging lives needs of the cache. */
export interface SlidingOptions extends ReadFlushOptions {
  /** Prolongs a single life that can't wait for the next flush. */
  readonly prolongAlone: (work: Steps<void>) => void;
}

/** A life to be prolonged. */
interface Mark extends Slide {
  readonly key: EncodedKey;
  /** The new deadline. */
  readonly until: number;
}

/**
 * Puts off the deadlines of a table's rows when they are read. What a read finds with most of its life before it is left alone; others are
 * remembered and written some seconds later, or at once where the deadline is near. That neither makes a new version of a row nor ever
 * brings a deadline forward.
 */
export class Sliding {
  readonly #table: number;
  readonly #options: SlidingOptions;
  readonly #plan: ReadFlush;
  readonly #marks = new Map<string, Mark>();

  constructor(table: number, options: SlidingOptions) {
    this.#table = table;
    this.#options = options;
    this.#plan = new ReadFlush(options, () => this.flush());
  }

  /** What a hit is to prolong; nothing where enough is left. */
  slideOf({ value, version, expiresAt }: StoredEntry): Slide | undefined {
    if (expiresAt === Number.POSITIVE_INFINITY) return undefined;
    const lifetime = valueLifetime(value);
    return expiresAt - this.#options.rows.now() > lifetime * KEPT_PART ? undefined : { version, expiresAt, lifetime };
  }

  /** Takes note of a hit. */
  note(key: EncodedKey, slide: Slide): void {
    const { rows, prolongAlone } = this.#options;
    const { expiresAt, lifetime } = slide;
    const name = byteString(key);
    const now = rows.now();
    const marked = this.#marks.get(name);
    if (marked && isOf(marked, slide) && marked.until - now > lifetime * KEPT_PART) return;
    // A key lies in memory that many share.
    const mark = { ...slide, key: key.slice(), until: deadline(now, lifetime) };
    this.#marks.set(name, mark);
    if (expiresAt - now < NEAR_MS) prolongAlone(this.#prolongNow(mark));
    else this.#plan.noted(this.#marks.size);
  }

  /** Forgets the reads of a key: somebody has given it another deadline since. */
  forget(key: EncodedKey): void {
    this.#marks.delete(byteString(key));
  }

  /** Plans no more flushes. */
  stop(): void {
    this.#plan.stop();
  }

  /** Writes all new deadlines so far, none of which can wait; so it leaves none. What can't be written is forgotten: later reads bring it back. */
  *flush(): Steps<boolean> {
    const marks = [...this.#marks.values()];
    try {
      for (let at = 0; at < marks.length; at += READ_FLUSH_ROWS) yield* this.#prolong(marks.slice(at, at + READ_FLUSH_ROWS));
    } finally {
      this.#drop(marks);
    }
    return false;
  }

  /** Prolongs a life without a look at the row: it was just read. */
  *#prolongNow(mark: Mark): Steps<void> {
    const { rows } = this.#options;
    try {
      // Who reads it next must not find it expired.
      yield* step(rows.write([{ table: this.#table, keys: [mark.key] }], this.#unit([mark])));
    } catch (error) {
      if (!isCacheError(error, "CACHE_CONFLICT")) throw error;
      yield* this.#prolong([mark]);
    } finally {
      // Should it have failed, the next read tries again.
      this.#drop([mark]);
    }
  }

  *#prolong(marks: readonly Mark[], triesLeft = MAX_TRIES): Steps<void> {
    const { rows } = this.#options;
    const keys = marks.map(({ key }) => key);
    const found = yield* step(rows.getMany(this.#table, keys));
    const now = rows.now();
    const due = marks.flatMap((mark, at): readonly Mark[] => {
      const stored = found[at];
      return stored && isDue(mark, stored, now) ? [{ ...mark, version: stored.version, expiresAt: stored.expiresAt }] : [];
    });
    try {
      if (due.length > 0) yield* step(rows.write([], this.#unit(due)));
    } catch (error) {
      if (!isCacheError(error, "CACHE_CONFLICT")) throw error;
      // Others have changed some of them meanwhile.
      if (marks.length > 1) for (const mark of marks) yield* this.#prolong([mark]);
      else if (triesLeft > 0) yield* this.#prolong(marks, triesLeft - 1);
    }
  }

  /** Forgets marks that no other has taken the place of. */
  #drop(marks: readonly Mark[]): void {
    for (const mark of marks) {
      const name = byteString(mark.key);
      if (this.#marks.get(name) === mark) this.#marks.delete(name);
    }
  }

  #unit(marks: readonly Mark[]): Unit<void> {
    const table = this.#table;
    return {
      checks: marks.map(({ key, version, expiresAt }) => ({ type: "version", table, key, version, expiresAt })),
      operations: marks.map(({ key, until: expiresAt }) => {
        return { type: "touch", table, key, expiresAt, indexes: [EXPIRY_INDEX], entries: expiryEntries(expiresAt) };
      }),
      done: () => {},
    };
  }
}

/** Whether a row still lives by what a read found. */
function isDue(mark: Mark, stored: StoredEntry, now: number): boolean {
  const { expiresAt } = stored;
  return expiresAt > now && expiresAt < mark.until && isOf(mark, { expiresAt, lifetime: valueLifetime(stored.value) });
}

/** Whether a mark is of the life that a row has: who set or touched it since has given it another. */
function isOf(mark: Mark, { expiresAt, lifetime }: Pick<Slide, "expiresAt" | "lifetime">): boolean {
  return expiresAt >= mark.expiresAt && lifetime === mark.lifetime;
}
