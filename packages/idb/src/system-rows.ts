import { type Batch, CacheError, type CommitResult, compareBytes, type EncodedKey, type StoredEntry, SYSTEM_TABLE } from "@cache/core/spi";
import { asKey } from "./records.ts";
import { results } from "./requests.ts";
import { packRow, sizeOf, unpackRow } from "./row.ts";
import { rowKeyOf } from "./row-key.ts";
import { Tallies } from "./tally.ts";
import { begin } from "./transaction.ts";

interface SystemRow {
  readonly rowKey: Uint8Array;
  readonly stored: StoredEntry;
}

/**
 * The rows of the system table that a store has read or written. A cache takes for granted that these stay: they tell how to read the values
 * of other rows. Yet browsers delete a site's data under open pages, and what is opened next is an empty database. So the rows are put back
 * there before anything else happens, and the versions of commits go on from where they were.
 */
export class SystemRows {
  readonly #rows = new Map<string, SystemRow>();
  #commits = 0;

  /** Takes note of what a read found. */
  read(key: EncodedKey, stored: StoredEntry | undefined): void {
    if (stored) this.#keep(key, stored);
  }

  /** Takes note of what a commit did. */
  committed({ operations }: Batch, result: CommitResult): void {
    if (!result.ok) return;
    const { version } = result;
    this.#commits = Math.max(this.#commits, version);
    for (const operation of operations) {
      if (operation.type === "trim" || operation.table !== SYSTEM_TABLE) continue;
      if (operation.type === "set") this.#keep(operation.key, { ...operation, version });
      else if (operation.type === "delete") this.#rows.delete(String(rowKeyOf(SYSTEM_TABLE, operation.key)));
    }
  }

  /** Forgets all, as when the store is closed. */
  clear(): void {
    this.#rows.clear();
    this.#commits = 0;
  }

  /** Puts the rows into a database that was made anew. Throws `CACHE_CLOSED` when others have put different ones there. */
  async restore(database: IDBDatabase, name: string): Promise<void> {
    const { native, stores, ended, failed } = begin(database, "readwrite", "relaxed");
    const { rows, meta } = stores;
    const kept = [...this.#rows.values()];
    const load = Promise.all([Tallies.load(meta, [SYSTEM_TABLE]), results<unknown>(kept.map(({ rowKey }) => rows.get(asKey(rowKey))))]);
    const [tallies, found] = await Promise.race([load, failed]);
    const tally = tallies.of(SYSTEM_TABLE);
    for (const [at, { rowKey, stored }] of kept.entries()) {
      const record = found[at];
      if (record !== undefined) {
        if (compareBytes(unpackRow(record).value, stored.value) === 0) continue;
        native.abort();
        throw new CacheError("CACHE_CLOSED", `${name} was deleted while it was open, and made anew by others: open the cache again`);
      }
      const packed = packRow(rowKey, stored);
      rows.put(packed, asKey(rowKey));
      tally.entries++;
      tally.bytes += sizeOf(rowKey, packed).bytes;
      tally.version = Math.max(tally.version, stored.version);
    }
    tallies.save(0, this.#commits);
    native.commit();
    await ended;
  }

  #keep(key: EncodedKey, { value, expiresAt, version, entries }: StoredEntry): void {
    const rowKey = rowKeyOf(SYSTEM_TABLE, key);
    const stored = {
      value: value.slice(),
      expiresAt,
      version,
      entries: entries.map(({ index, bytes }) => ({ index, bytes: bytes.slice() })),
    };
    this.#rows.set(String(rowKey), { rowKey, stored });
    this.#commits = Math.max(this.#commits, version);
  }
}
