import { andThen, step, type Steps } from "../continuation.ts";
import type { EncodedKey } from "../entry.ts";
import { CacheError } from "../errors.ts";
import { encodeKey } from "../key-encoder.ts";
import type { Batch, Check, CommitResult, Operation } from "../operation.ts";
import type { MaybePromise, Store } from "../store.ts";
import { setSystemRow, systemRowIs } from "../system-row.ts";
import { FIRST_TABLE, SYSTEM_TABLE } from "../table-id.ts";
import type { Premise, Unit } from "../unit.ts";
import { sealPlain, unsealPlain } from "../value-codec.ts";
import type { OpenTable } from "./open-table.ts";
import type { IndexState } from "./secondary-index.ts";

/** What the store knows of an index. */
export interface CatalogIndex {
  readonly name: string;
  readonly number: number;
  /** How it was declared, as text to compare. */
  readonly definition: string;
  readonly state: IndexState;
}

/** What the store knows of a table. */
export interface CatalogTable {
  readonly name: string;
  readonly id: number;
  /** The version that rows are written in. */
  readonly version: number;
  /** The oldest version that rows may have. */
  readonly oldest: number;
  /** How the key was declared, as text to compare. */
  readonly key: string;
  readonly indexes: readonly CatalogIndex[];
  /** The number that the next new index gets; none is used twice. */
  readonly nextIndex: number;
  /** The numbers of dropped indexes that rows may still have entries in. */
  readonly stale: readonly number[];
}

/** All tables of a store, as a row of the system table. */
export interface CatalogRow {
  /** The id that the next new table gets; none is used twice. */
  readonly nextTable: number;
  readonly tables: readonly CatalogTable[];
}

/** How often a change is tried when others change the catalog at once. */
const MAX_TRIES = 64;

/** Where the system table keeps the catalog. */
export const catalogKey: EncodedKey = encodeKey(["catalog"]);

/**
 * The tables of a store and how they are declared. Every commit to a typed table checks that the catalog is as this cache knows it: so a
 * process that knows of fewer indexes, or of an older version, can't write rows that others then miss.
 */
export class Catalog {
  readonly #store: Store;
  readonly #commit: (batch: Batch) => MaybePromise<CommitResult>;
  readonly #now: () => number;
  /** Open tables, with the declaration of the key that they were opened with. */
  readonly #open = new Map<number, { readonly table: OpenTable; readonly key: string | undefined }>();
  /** Tables that others have declared differently since this cache was opened. */
  readonly #superseded = new Set<number>();
  #row: CatalogRow = { nextTable: FIRST_TABLE, tables: [] };
  /** The version of the row; `undefined` when there is none yet. */
  #version: number | undefined;
  /** What all units rely on as long as the catalog is of this version. */
  #premise: Premise | undefined;

  constructor(store: Store, commit: (batch: Batch) => MaybePromise<CommitResult>, now: () => number) {
    this.#store = store;
    this.#commit = commit;
    this.#now = now;
  }

  get tables(): readonly CatalogTable[] {
    return this.#row.tables;
  }

  /** What holds as long as the catalog is as this cache knows it. */
  get check(): Check {
    return systemRowIs(catalogKey, this.#version);
  }

  find(name: string): CatalogTable | undefined {
    return this.#row.tables.find((table) => table.name === name);
  }

  /** Takes note of an open table, whose indexes' states then follow the catalog. */
  attach(table: OpenTable): void {
    this.#open.set(table.id, { table, key: this.#row.tables.find(({ id }) => id === table.id)?.key });
  }

  /** Forgets an open table that is no longer used. */
  detach(table: OpenTable): void {
    if (this.#open.get(table.id)?.table !== table) return;
    this.#open.delete(table.id);
    this.#superseded.delete(table.id);
  }

  /** Reads the catalog again if others have changed it. */
  refresh(): MaybePromise<void> {
    return andThen(this.#store.get(SYSTEM_TABLE, catalogKey), (stored) => {
      if (stored?.version === this.#version) return;
      // Sealed by `update` below, and the checksum holds.
      this.#take(stored ? (unsealPlain(stored.value) as CatalogRow) : { nextTable: FIRST_TABLE, tables: [] }, stored?.version);
    });
  }

  /**
   * Changes the catalog: `change` makes a new row of the current one, or gives it back as it is. It may be called again when others change
   * the catalog at once. `checks` and `operations` go with the commit.
   */
  *update(change: (row: CatalogRow) => MaybePromise<CatalogChange>): Steps<void> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      yield* step(this.refresh());
      const { row, checks = [], operations = [] } = yield* step(change(this.#row));
      if (row === this.#row) return;
      const set = setSystemRow(catalogKey, sealPlain(row));
      const result = yield* step(this.#commit({ now: this.#now(), checks: [this.check, ...checks], operations: [...operations, set] }));
      if (result.ok) {
        this.#take(row, result.version);
        return;
      }
    }
    throw new CacheError("CACHE_CONFLICT", `others changed how tables are declared ${MAX_TRIES} times in a row; try again`);
  }

  /** What a unit relies on, if it writes to typed tables. Throws `CACHE_VERSION` when one was superseded. */
  premise({ operations, isMigration = false }: Unit<unknown>): Premise | undefined {
    let isTyped = false;
    for (const operation of operations) {
      // What is expired or too much may go, however its table is declared.
      if (operation.type === "trim" || operation.table < FIRST_TABLE) continue;
      const { table } = operation;
      isTyped = true;
      if (this.#superseded.size > 0 && !isMigration) this.assertCurrent(table);
    }
    if (!isTyped) return undefined;
    this.#premise ??= {
      check: this.check,
      refresh: () => this.refresh(),
    };
    return this.#premise;
  }

  /** Whether others have declared a table differently since this cache was opened. */
  isSuperseded(id: number): boolean {
    return this.#superseded.has(id);
  }

  /** Throws `CACHE_VERSION` when others have declared a table differently since this cache was opened. */
  assertCurrent(id: number): void {
    if (!this.#superseded.has(id)) return;
    throw new CacheError(
      "CACHE_VERSION",
      `${this.#open.get(id)?.table.title ?? "a table"} was since declared differently, migrated or dropped by another program; open the cache anew with its current declaration`,
    );
  }

  #take(row: CatalogRow, version: number | undefined): void {
    this.#row = row;
    this.#version = version;
    this.#premise = undefined;
    for (const [id, { table, key }] of this.#open) {
      const known = row.tables.find((one) => one.id === id);
      if (!known || known.version !== table.settings.version || known.key !== key || !isSameSet(known, table)) this.#superseded.add(id);
      else
        for (const { name, state } of known.indexes) {
          const index = table.indexes.get(name);
          if (index) index.state = state;
        }
    }
  }
}

/** A new catalog, and what must go with it. */
export interface CatalogChange {
  readonly row: CatalogRow;
  readonly checks?: readonly Check[];
  readonly operations?: readonly Operation[];
}

/** A catalog with one table changed or added. */
export function withTable(row: CatalogRow, table: CatalogTable): CatalogRow {
  const at = row.tables.findIndex(({ name }) => name === table.name);
  return { ...row, tables: at === -1 ? [...row.tables, table] : row.tables.with(at, table) };
}

function isSameSet({ indexes }: CatalogTable, table: OpenTable): boolean {
  return indexes.length === table.indexes.size && indexes.every(({ name, number }) => table.indexes.get(name)?.number === number);
}
