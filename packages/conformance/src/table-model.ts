import { table, type TableDefinition, type TableTypes } from "@cache/core";

/** A row of the random histories' typed table. */
export interface ModelRow {
  readonly id: number;
  readonly email?: string;
  readonly city?: string;
  readonly age?: number;
  readonly tags?: readonly string[];
}

/** The types of {@link modelTable}. */
export interface ModelTableTypes extends TableTypes {
  readonly value: ModelRow;
  readonly input: ModelRow;
  readonly key: number;
  readonly keyed: true;
  readonly indexes: {
    readonly email: { readonly key: string; readonly unique: true };
    readonly cityAge: { readonly key: readonly [string, number]; readonly unique: false };
    readonly tag: { readonly key: string; readonly unique: false };
  };
}

/** The typed table of random histories: with a unique, a composite and a multi-entry index. */
export const modelTable: TableDefinition<ModelTableTypes> = table<ModelRow>()({
  key: "id",
  indexes: { email: { on: "email", unique: true }, cityAge: { on: ["city", "age"] }, tag: { on: "tags", multi: true } },
});

interface Held {
  readonly row: ModelRow;
  expiresAt: number;
}

/** What that table should do, as simply as it can be said. */
export class TableModel {
  #rows: ReadonlyMap<number, Held> = new Map();
  #now: number;

  constructor(now: number) {
    this.#now = now;
  }

  /** Moves the time on; what has expired is gone at once. */
  advance(ms: number): void {
    this.#now += ms;
    this.#rows = new Map([...this.#rows].filter(([, { expiresAt }]) => expiresAt > this.#now));
  }

  /** Stores rows, all or none; tells their keys, or `undefined` when two rows would have one address. */
  put(rows: readonly ModelRow[], ttl: number = Infinity): number[] | undefined {
    const after = new Map(this.#rows);
    for (const row of rows) after.set(row.id, { row, expiresAt: this.#now + ttl });
    const addresses = [...after.values()].flatMap(({ row }) => row.email ?? []);
    if (new Set(addresses).size < addresses.length) return undefined;
    this.#rows = after;
    return rows.map(({ id }) => id);
  }

  get(id: number): ModelRow | undefined {
    return this.#rows.get(id)?.row;
  }

  /** The row with an address. */
  withEmail(email: string): ModelRow | undefined {
    return this.list().find((row) => row.email === email);
  }

  delete(id: number): boolean {
    const had = this.#rows.has(id);
    this.#rows = new Map([...this.#rows].filter(([one]) => one !== id));
    return had;
  }

  clear(): void {
    this.#rows = new Map();
  }

  touch(id: number, ttl: number = Infinity): boolean {
    const held = this.#rows.get(id);
    if (held) held.expiresAt = this.#now + ttl;
    return held !== undefined;
  }

  /** All rows in the order of their keys. */
  list(): ModelRow[] {
    return [...this.#rows.values()].map(({ row }) => row).toSorted((a, b) => a.id - b.id);
  }
}
