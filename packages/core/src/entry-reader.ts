import { andThen } from "./continuation.ts";
import type { EncodedKey, StoredEntry } from "./entry.ts";
import { isCacheError } from "./errors.ts";
import { migrated } from "./migration/lazy-migration.ts";
import type { RowAccess } from "./row-access.ts";
import { absent } from "./row-reader.ts";
import { validate } from "./schema.ts";
import type { Slide } from "./sliding.ts";
import type { FoundRow, MaybePromise } from "./store.ts";
import type { OpenTable } from "./table/open-table.ts";
import { tagsAmong } from "./tag.ts";
import { valueLifetime, valueVersion } from "./value-codec.ts";

/** A read that finds a value: an expired one's, or one whose life it may prolong. */
type Hit = "stale" | Slide | undefined;

/** Makes of stored rows what readers may see of them. */
export class EntryReader<Value> {
  readonly #table: OpenTable;
  readonly #rows: RowAccess;

  constructor(table: OpenTable, rows: RowAccess) {
    this.#table = table;
    this.#rows = rows;
  }

  /** Whether a row may be seen at all. */
  readonly isLive = (stored: StoredEntry | undefined): stored is StoredEntry =>
    stored !== undefined && (stored.expiresAt === Number.POSITIVE_INFINITY || stored.expiresAt > this.#rows.now());

  /** What a reader gets of a row: its value or `undefined`, counted. */
  read(key: EncodedKey, stored: StoredEntry | undefined, stale = false): MaybePromise<Value | undefined> {
    const hit = this.hitOf(stored, stale);
    const value = this.value(key, stored, stale);
    return value instanceof Promise ? value.then((one) => this.count(key, one, hit)) : this.count(key, value, hit);
  }

  /** `read` for a row that was found by an index entry. */
  readFound({ key, stored }: FoundRow): MaybePromise<Value | undefined> {
    return this.read(this.#isReadAlone(stored) && !this.#table.recency ? key : new Uint8Array(key), stored);
  }

  /** Whether a row is read without a call of anything that may call the store, which a key that was found doesn't outlast. */
  #isReadAlone({ value }: StoredEntry): boolean {
    const { codec, emitter, settings } = this.#table;
    return codec.isReady(value) && !(settings.schema && settings.validateOnRead) && !emitter.has("hit") && !emitter.has("miss");
  }

  /** What a read of a row is, if it finds a value. To be asked while the row's bytes are there. */
  hitOf(stored: StoredEntry | undefined, stale = false): Hit {
    if (!stored) return undefined;
    if (stale && !this.isLive(stored)) return "stale";
    return this.#table.sliding?.slideOf(stored);
  }

  /** The value of a row, or `absent` when there is none that may be seen: of an expired one only with `stale`. */
  value(key: EncodedKey, stored: StoredEntry | undefined, stale = false): MaybePromise<Value | typeof absent> {
    if (!stored || (!stale && !this.isLive(stored))) return absent;
    const { codec, settings } = this.#table;
    const version = valueVersion(stored.value);
    let value: MaybePromise<unknown>;
    try {
      if (version === settings.version) value = codec.decode(stored.value);
      else {
        // The row's bytes don't last.
        const { version: rowVersion, expiresAt } = stored;
        const lifetime = valueLifetime(stored.value);
        const tags = tagsAmong(stored.entries);
        value = andThen(codec.decode(stored.value), (old) =>
          migrated(this.#table, this.#rows, { key, old, version, rowVersion, expiresAt, lifetime, tags }),
        );
      }
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
    const { emitter, settings } = this.#table;
    if (settings.onCorrupt === "throw" || !isCacheError(error, "CACHE_CORRUPT")) throw error;
    emitter.emit("error", { key, error });
    return absent;
  }

  /** What a reader gets of a look-up by an index that led nowhere: `undefined`, counted. There is no key to tell. */
  miss(): undefined {
    this.#table.counters.misses++;
  }

  /** Counts a read and tells listeners of it; gives what the reader gets. */
  count(key: EncodedKey, value: Value | typeof absent, hit: Hit): Value | undefined {
    const { counters, emitter, recency, sliding } = this.#table;
    if (value === absent || hit === "stale") {
      counters.misses++;
      if (emitter.has("miss")) emitter.emit("miss", { key });
      if (value === absent) return undefined;
      counters.staleHits++;
      return value;
    }
    counters.hits++;
    recency?.note(key);
    if (hit) sliding?.note(key, hit);
    if (emitter.has("hit")) emitter.emit("hit", { key });
    return value;
  }
}
