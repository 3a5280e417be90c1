import { isCacheError, type Key, type KeyPart, type TableDefinition, type TableDefinitions } from "@cache/core";
import { encodeKey } from "@cache/core/spi";
import type { AnyCache } from "./cache-context.ts";
import { text } from "./rows.ts";
import { collect } from "./turns.ts";

/** The index entries that a row should have: for each index by name the bytes of its entries, as text and sorted. */
export type ExpectedEntries = ReadonlyMap<string, readonly string[]>;

/** What the rows of a table should have. */
export interface ExpectedTable {
  /** By the row's key as text; `undefined` for a row that can't be read. */
  readonly rows: ReadonlyMap<string, ExpectedEntries | undefined>;
  /** The names of the unique indexes. */
  readonly unique: ReadonlySet<string>;
}

type AnyIndex = NonNullable<TableDefinition["options"]["indexes"]>[string];

/**
 * The entries of a value in an index, as it is declared: worked out without core's help, other than the bytes of keys. An entry is those of a
 * key, maybe of no part, and a zero.
 */
function entriesOf({ on, multi = false }: AnyIndex, value: unknown): readonly string[] {
  const keys =
    typeof on === "function" ? keysMade(on(value), multi) : typeof on === "string" ? found(value, on, multi) : tuples(value, on, multi);
  const entries = keys.map(
    (key) => text(Array.isArray(key) && key.length === 0 ? new Uint8Array() : encodeKey(key)) + text(Uint8Array.of(0)),
  );
  return [...new Set(entries)].toSorted();
}

function keysMade(made: Key | Iterable<Key> | undefined, multi: boolean): readonly Key[] {
  if (made === undefined) return [];
  // A list that a function of a multi-entry index makes is one of keys.
  return multi && Array.isArray(made) ? (made as readonly Key[]) : [made as Key];
}

/** The lists of what stands at some paths; of a multi-entry index each with each. */
function tuples(value: unknown, paths: readonly string[], multi: boolean): readonly Key[] {
  let lists: (readonly KeyPart[])[] = [[]];
  for (const path of paths) {
    const parts = found(value, path, multi);
    lists = lists.flatMap((list) => parts.map((part) => [...list, part]));
  }
  return lists;
}

function found(value: unknown, path: string, multi: boolean): readonly KeyPart[] {
  const names = path.split(".");
  const all = multi ? allAt(value, names) : [names.reduce(fieldOf, value)];
  // What stands in an indexed field is part of a key.
  return all.filter((one) => one !== undefined) as KeyPart[];
}

function allAt(value: unknown, [name, ...rest]: readonly string[]): readonly unknown[] {
  if (Array.isArray(value)) return value.flatMap((one) => allAt(one, name === undefined ? [] : [name, ...rest]));
  return name === undefined ? [value] : allAt(fieldOf(value, name), rest);
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.entries(value).find(([own]) => own === name)?.[1]
    : undefined;
}

/** Reads all rows of a cache's typed tables, and works out which index entries they should have; by the table's name. */
export async function expectedTables(cache: AnyCache, definitions: TableDefinitions): Promise<ReadonlyMap<string, ExpectedTable>> {
  const expected = new Map<string, ExpectedTable>();
  for (const [name, { options }] of Object.entries(definitions)) {
    const rows = new Map<string, ExpectedEntries | undefined>();
    // Keys of typed tables are keys, of whichever kind.
    const keys = (await collect(cache.tables[name]?.keys() ?? [])) as Key[];
    for (const key of keys) rows.set(text(encodeKey(key)), await expectedRow(cache, name, key, options));
    const unique = Object.entries(options.indexes ?? {}).filter(([, index]) => index.unique);
    expected.set(name, { rows, unique: new Set(unique.map(([index]) => index)) });
  }
  return expected;
}

async function expectedRow(
  cache: AnyCache,
  name: string,
  key: Key,
  { indexes = {}, migrate }: TableDefinition["options"],
): Promise<ExpectedEntries | undefined> {
  try {
    const entry = await cache.tables[name]?.getEntry(key);
    return entry && new Map(Object.entries(indexes).map(([index, options]) => [index, entriesOf(options, entry.value)]));
  } catch (error) {
    // Scenarios damage rows, store what a schema refuses later, and migrate in vain.
    if (migrate || isCacheError(error, "CACHE_CORRUPT") || isCacheError(error, "CACHE_SCHEMA_INVALID")) return undefined;
    throw error;
  }
}
