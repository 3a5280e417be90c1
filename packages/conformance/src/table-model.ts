import { table, type TableDefinition, type TableTypes } from "@cache/core";
import { sortedTags } from "./model.ts";

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

/** A row, and what it was stored with. */
export interface Held {
  readonly row: ModelRow;
  /** Epoch milliseconds, `Infinity` for never. */
  expiresAt: number;
  readonly tags: readonly string[];
}

/** What that table should do, as simply as it can be said. */
export class TableModel {
  #rows: ReadonlyMap<number, Held> = new Map();
  #now: number;
  readonly #isLenient: boolean;

  constructor(now: number, isLenient: boolean = false) {
    this.#now = now;
    this.#isLenient = isLenient;
  }

  /** The same rows once more. For a transaction, that is lenient: two may have one address as long as it isn't committed. */
  copy(isLenient: boolean = false): TableModel {
    const copy = new TableModel(this.#now, isLenient);
    copy.#rows = new Map([...this.#rows].map(([id, held]) => [id, { ...held }]));
    return copy;
  }

  /** Takes the rows of a copy over, unless two of them have one address. Tells whether it did. */
  take(copy: TableModel): boolean {
    if (hasTwins(copy.#rows)) return false;
    this.#rows = copy.#rows;
    return true;
  }

  /** Moves the time on; what has expired is gone at once. */
  advance(ms: number): void {
    this.#now += ms;
    this.#rows = new Map([...this.#rows].filter(([, { expiresAt }]) => expiresAt > this.#now));
  }

  /** Stores rows, all or none; tells their keys, or `undefined` when two rows would have one address. */
  put(rows: readonly ModelRow[], ttl: number = Infinity, tags: readonly string[] = []): number[] | undefined {
    const written = rows.map((row) => ({ row, expiresAt: this.#now + ttl, tags: sortedTags(tags) }));
    return this.#write(written) ? rows.map(({ id }) => id) : undefined;
  }

  /** Replaces rows up to their deadlines and tags, all or none; tells whether it did. */
  replace(rows: readonly ModelRow[]): boolean {
    return this.#write(
      rows.map((row) => {
        const { expiresAt = Infinity, tags = [] } = this.#rows.get(row.id) ?? {};
        return { row, expiresAt, tags };
      }),
    );
  }

  get(id: number): ModelRow | undefined {
    return this.#rows.get(id)?.row;
  }

  /** The tags of a row. */
  tagsOf(id: number): readonly string[] | undefined {
    return this.#rows.get(id)?.tags;
  }

  /** All rows with their deadlines and tags, in the order of their keys. */
  held(): readonly Held[] {
    return [...this.#rows.values()].toSorted((a, b) => a.row.id - b.row.id);
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

  /** Removes the rows that have any of some tags; tells how many. */
  invalidate(tags: readonly string[]): number {
    const before = this.#rows.size;
    this.#rows = new Map([...this.#rows].filter(([, held]) => !tags.some((tag) => held.tags.includes(tag))));
    return before - this.#rows.size;
  }

  clear(): void {
    this.#rows = new Map();
  }

  touch(id: number, ttl: number = Infinity): boolean {
    const held = this.#rows.get(id);
    if (held) held.expiresAt = this.#now + ttl;
    return held !== undefined;
  }

  /** All rows in the order of their keys, or those that have a tag. */
  list(tag?: string): ModelRow[] {
    const held = [...this.#rows.values()].filter(({ tags }) => tag === undefined || tags.includes(tag));
    return held.map(({ row }) => row).toSorted((a, b) => a.id - b.id);
  }

  /** Rows written together never have one address among themselves, whoever else has it for now. */
  #write(written: readonly Held[]): boolean {
    const own = new Map(written.map((held) => [held.row.id, held]));
    const after = new Map([...this.#rows, ...own]);
    if (hasTwins(this.#isLenient ? own : after)) return false;
    this.#rows = after;
    return true;
  }
}

/** Whether two rows have one address. */
function hasTwins(rows: ReadonlyMap<number, Held>): boolean {
  const addresses = [...rows.values()].flatMap(({ row }) => row.email ?? []);
  return new Set(addresses).size < addresses.length;
}
