import type { Key, KeyPart } from "@cache/core";
import { DEFAULT_TABLE, encodeKey, type SetOperation } from "@cache/core/spi";
import { equal } from "./assert.ts";
import { bytes, plain } from "./rows.ts";
import type { StoreFace } from "./store-face.ts";

/** The namespace of the `namespaced` variant. */
export const NAMESPACE: readonly [KeyPart, ...KeyPart[]] = ["ns", 1];

/** Keys around the namespace's, the key that equals its prefix among them. */
const keys: readonly Key[] = [
  null,
  1,
  "nr",
  "ns",
  ["ns", 0],
  NAMESPACE,
  ["ns", 1.5],
  ["ns", 2],
  ["ns", 1n],
  ["ns", "1"],
  ["ns", [1]],
  ["ns", [1, "a"]],
  ["ns\0", 1],
  ["ns1", "a"],
  "nt",
  ["o", "ns", 1],
];

/** Rows that no verb of the namespace may read, count, change or remove. Their values decode to nothing: whoever reads one fails. */
export function neighboursOf(table: number): SetOperation[] {
  return keys.map((key) => ({ type: "set", table, key: encodeKey(key), value: bytes("neighbour"), expiresAt: Infinity, entries: [] }));
}

/** Throws unless all neighbours are as they were planted. */
export async function checkNeighbours(store: StoreFace): Promise<void> {
  const rows = await store.store.getMany(
    DEFAULT_TABLE,
    keys.map((key) => encodeKey(key)),
  );
  const versions = new Set(rows.map((row) => row?.version));
  equal(
    rows.map((row) => plain(row)?.value),
    keys.map(() => "neighbour"),
    "what the namespace's neighbours hold",
  );
  equal(versions.size, 1, "the number of commits that wrote the namespace's neighbours");
}
