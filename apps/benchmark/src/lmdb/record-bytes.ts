import { open } from "lmdb";
import type { Bench } from "../bench.ts";
import { vaultRecordLists } from "../vault-record.ts";

/**
 * Compares the sizes of encoded records, keys left out: all else that is in the file of our store, its book-keeping included, beside what is
 * in that of lmdb-js with shared structures, and beside JSON. The databases must be closed and hold the benchmark's entries.
 */
export function compareRecordBytes(bench: Bench, path: string, sharedPath: string): void {
  const name = "record.bytes";
  if (!bench.wants(name)) return;
  const { entries } = bench.scale;
  const ours = valueBytes(path) / entries;
  const sizes = { JSON: jsonBytes(entries) / entries, "lmdb-js with shared structures": valueBytes(sharedPath) / entries };
  for (const [against, theirs] of Object.entries(sizes)) bench.add({ name, ours, theirs, ratio: ours / theirs, unit: "bytes", against });
}

/** The bytes of all values in a database, whatever they are for. */
function valueBytes(path: string): number {
  const db = open<Uint8Array, Uint8Array>({ path, noSubdir: false, encoding: "binary", keyEncoding: "binary" });
  let bytes = 0;
  for (const { value } of db.getRange()) bytes += value.length;
  void db.close();
  return bytes;
}

function jsonBytes(entries: number): number {
  let bytes = 0;
  for (const list of vaultRecordLists(0, entries, 1000)) for (const record of list) bytes += Buffer.byteLength(JSON.stringify(record));
  return bytes;
}
