import type { Key } from "@cache/core";
import { decodeKey, readCatalog } from "@cache/core/spi";
import { AssertionError } from "./assert.ts";
import type { StoreFace } from "./store-face.ts";

/** The lines of an index as a store keeps them, in order: entries, each with the key of its row. Expired rows that still wait have theirs. */
export async function indexLines(store: StoreFace, table: string, index: string): Promise<(readonly [entry: Key, key: Key])[]> {
  const { tables } = await readCatalog(store.store);
  const known = tables.find(({ name }) => name === table);
  const number = known?.indexes.find(({ name }) => name === index)?.number;
  if (!known || number === undefined) throw new AssertionError(`the store knows no index "${index}" of a table "${table}"`);
  const lines = await store.all(known.id, { index: number, keysOnly: true });
  // An entry is a key's bytes and a zero.
  return lines.map(({ entry, key }) => [decodeKey(entry?.subarray(0, -1) ?? new Uint8Array()), decodeKey(key)]);
}
