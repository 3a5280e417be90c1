import { entriesInstead, reviewed, storedBytes, type TrimLine, trimLines, type TrimOperation, type TrimOutcome } from "@cache/core/spi";
import type { CommitWork } from "./commit.ts";
import { findEntries } from "./entry-search.ts";
import { asKey } from "./records.ts";
import { packRow, unpackWhole, type WholeRow } from "./row.ts";
import { entryAndKey, keyOf } from "./row-key.ts";
import type { Tally } from "./tally.ts";

/** The rows that are loaded at once: few at first, more while they are small. */
const FIRST_ROWS = 16;
const MAX_ROWS = 512;
const MAX_BYTES = 1024 * 1024;

/** Removes or keeps rows in the order of an index for as long as there is reason to. */
export async function trim(operation: TrimOperation, place: number, work: CommitWork): Promise<void> {
  const tables = operation.tables.map((table) => ({ table, tally: work.tallies.of(table) }));
  const done = await trimLines(operation, tables, new Trimming(operation, work));
  work.counts[place] = done.rows.length;
  work.trimmed.push({ operation: place, ...done });
}

interface TrimmedTable {
  readonly table: number;
  readonly tally: Tally;
}

/** An index line with the row that it led to when it was read. */
interface LoadedLine extends TrimLine {
  readonly rowKey: Uint8Array;
  readonly record: unknown;
}

class Trimming {
  readonly #operation: TrimOperation;
  readonly #work: CommitWork;
  /** What became of rows since they were loaded, by key as text; `undefined` for those that are gone. */
  readonly #changed = new Map<string, WholeRow | undefined>();
  #rows = 0;
  #bytes = 0;
  #most = FIRST_ROWS;

  constructor(operation: TrimOperation, work: CommitWork) {
    this.#operation = operation;
    this.#work = work;
  }

  async lines({ table }: TrimmedTable, count: number): Promise<readonly LoadedLine[]> {
    const { index, gte, lt } = this.#operation;
    if (this.#bytes > 0) this.#most = Math.max(1, Math.min(this.#most * 4, MAX_ROWS, Math.floor((this.#rows * MAX_BYTES) / this.#bytes)));
    const found = await findEntries(this.#work.stores, { table, index, gte, lt, limit: Math.min(count, this.#most) });
    return found.map(({ position, rowKey, record }) => ({ position: entryAndKey(position), key: keyOf(rowKey), rowKey, record }));
  }

  take({ table, tally }: TrimmedTable, line: LoadedLine): TrimOutcome {
    const { stores, sizes, now, version } = this.#work;
    const { key, rowKey, record } = line;
    const text = rowKey.join();
    const old = this.#changed.has(text) ? this.#changed.get(text) : unpackWhole(record);
    if (!old) return "nothing";
    const { expiresAt, entries } = old;
    const bytes = storedBytes(key, old.value, entries);
    this.#rows++;
    this.#bytes += bytes;
    tally.bytes -= bytes;
    const isLive = expiresAt > now;
    const entry = isLive ? reviewed(this.#operation, table, line) : undefined;
    if (!entry) {
      this.#changed.set(text, undefined);
      sizes.push([rowKey, undefined]);
      stores.rows.delete(asKey(rowKey));
      tally.entries--;
      tally.version = version;
      return isLive ? "live" : "expired";
    }
    const row = { ...old, entries: entriesInstead(entries, this.#operation, line, entry) };
    const size = { expiresAt, bytes: storedBytes(key, row.value, row.entries) };
    this.#changed.set(text, row);
    sizes.push([rowKey, size]);
    stores.rows.put(packRow(rowKey, row), asKey(rowKey));
    tally.bytes += size.bytes;
    return entry;
  }
}
