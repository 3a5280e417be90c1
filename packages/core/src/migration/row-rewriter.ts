import { allOf, andThen } from "../continuation.ts";
import type { IndexEntry } from "../entry.ts";
import { isCacheError } from "../errors.ts";
import type { MaybePromise, PageRow } from "../store.ts";
import type { OpenTable } from "../table/open-table.ts";
import { tagsAmong } from "../tag.ts";
import { type ClaimingRow, uniqueChecks } from "../table/unique.ts";
import { valueLifetime, valueVersion } from "../value-codec.ts";
import { currentValue, type OldRow, rewriting, tellDropped, tooNew, unchanged } from "./lazy-migration.ts";
import type { PassChange } from "./table-pass.ts";

/** A row and what is to become of it. */
interface Rewrite extends ClaimingRow {
  readonly row: OldRow;
  /** `undefined` when it is dropped. */
  readonly value: unknown;
}

/** Rewrites rows of other versions in one, and counts them. */
export class RowRewriter {
  migrated = 0;
  dropped = 0;
  readonly #table: OpenTable;
  readonly #version: number;

  constructor(table: OpenTable, version: number) {
    this.#table = table;
    this.#version = version;
  }

  /** What rows need to be of the version. Throws `CACHE_VERSION` for a row that can't be brought there. */
  visit(rows: readonly PageRow[]): MaybePromise<PassChange> {
    return andThen(
      allOf(rows, (row) => this.#rewrite(row)),
      (all) => {
        const rewrites = all.filter((one) => one !== undefined);
        const operations = rewrites.map(({ row, value, entries }) => rewriting(this.#table, row, value, this.#version, entries));
        const dropped = rewrites.filter((_rewrite, at) => operations[at]?.type === "delete");
        return {
          operations,
          checks: [...rewrites.map(({ row }) => unchanged(this.#table, row)), ...uniqueChecks(this.#table, rewrites)],
          saved: () => {
            this.dropped += dropped.length;
            this.migrated += rewrites.length - dropped.length;
            for (const { row, value } of dropped) tellDropped(this.#table, row.key, value);
          },
        };
      },
    );
  }

  #rewrite({ key, stored }: PageRow): MaybePromise<Rewrite | undefined> {
    if (!stored) return undefined;
    const { codec, settings } = this.#table;
    const isUp = this.#version === settings.version;
    const version = valueVersion(stored.value);
    if (isUp ? version === this.#version : version <= this.#version) return undefined;
    const { expiresAt, version: rowVersion } = stored;
    const tags = tagsAmong(stored.entries);
    const lifetime = valueLifetime(stored.value);
    const rewrite = (old: unknown): Rewrite => {
      const row: OldRow = { key, old, version, rowVersion, expiresAt, lifetime, tags };
      // How values of a later version come down only its programs know.
      if (version > settings.version) throw tooNew(this.#table, version);
      const value = isUp ? currentValue(this.#table, row) : settings.migration?.bring(old, version, this.#version);
      return { key, row, value, entries: this.#entries(row, value, isUp) };
    };
    try {
      const rewritten = andThen(codec.decode(stored.value), rewrite);
      return rewritten instanceof Promise ? rewritten.catch((error: unknown) => this.#damaged(key, error)) : rewritten;
    } catch (error) {
      return this.#damaged(key, error);
    }
  }

  /** A row's index entries. Of a lower version those of its value are not known: the programs of that version build them. */
  #entries({ key, expiresAt, tags }: OldRow, value: unknown, isUp: boolean): readonly IndexEntry[] {
    if (value === undefined) return [];
    return isUp ? this.#table.entriesOf(key, value, expiresAt, tags) : this.#table.systemEntriesOf(key, expiresAt, tags);
  }

  /** Leaves a damaged row as it is: it can be read in no version. */
  #damaged(key: Uint8Array, error: unknown): undefined {
    if (!isCacheError(error, "CACHE_CORRUPT")) throw error;
    this.#table.emitter.emit("error", { key, error });
  }
}
