import { type KeyPart, table, type TableDefinition, type TableTypes } from "@cache/core";
import { compareKeys } from "./key-order.ts";

/** What scenarios about queries keep. */
export interface FileRow {
  readonly id: number;
  readonly folder: string;
  readonly name: string;
  readonly size: number;
  readonly owner?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly disk?: { readonly label: string; readonly sector?: number | undefined } | undefined;
  readonly changed: Date;
}

interface Plain<K> {
  readonly key: K;
  readonly unique: false;
}

/** The types of {@link files}. */
export interface FileTypes extends TableTypes {
  readonly value: FileRow;
  readonly input: FileRow;
  readonly key: number;
  readonly keyed: true;
  readonly indexes: {
    readonly path: { readonly key: readonly [string, string]; readonly unique: true };
    readonly name: Plain<string>;
    readonly folderSize: Plain<readonly [string, number]>;
    readonly owner: Plain<string>;
    readonly tag: Plain<string>;
    readonly tagSize: Plain<readonly [string, number]>;
    readonly sector: Plain<readonly [string, number]>;
    readonly changed: Plain<Date>;
    readonly extension: Plain<string>;
  };
}

/** The last part of a name, behind its dot. */
export function extensionOf({ name }: FileRow): string {
  return name.slice(name.lastIndexOf(".") + 1);
}

/** A table of files with indexes to query by. */
export const files: TableDefinition<FileTypes> = table<FileRow>()({
  key: "id",
  indexes: {
    path: { on: ["folder", "name"], unique: true },
    name: { on: "name" },
    folderSize: { on: ["folder", "size"] },
    owner: { on: "owner" },
    tag: { on: "tags", multi: true },
    tagSize: { on: ["tags", "size"], multi: true },
    sector: { on: ["disk.label", "disk.sector"] },
    changed: { on: "changed" },
    extension: { on: extensionOf },
  },
});

const folders = ["/", "/home", "/home/ada", "/tmp"];
const owners = ["ada", "bob", "cleo", undefined];
const kinds = ["pdf", "txt", "tar.gz", "PDF"];
const labels = ["red", "green", "blue", "blue-green"];

/** So many files, always the same ones, in the order of their keys. Some lack some of their fields. */
export function someFiles(count: number): readonly FileRow[] {
  return Array.from({ length: count }, (_, id): FileRow => {
    // Multiplicative hashing (Knuth, The Art of Computer Programming, volume 3, section 6.4), lest fields go hand in hand.
    const hash = Math.imul(id + 1, 0x9e37_79b1) >>> 0;
    const owner = owners[(hash >>> 24) & 3];
    const tags = labels.filter((_label, at) => (hash >>> (at + 10)) % (at + 2) === 0);
    return {
      id,
      folder: folders[hash >>> 30] ?? "",
      name: `${["report", "note", "Résumé"][(hash >>> 16) % 3]} ${id}.${kinds[(hash >>> 20) & 3]}`,
      size: (hash >>> 8) % 41,
      changed: new Date(1_700_000_000_000 + ((hash >>> 4) % 97) * 1000),
      ...(owner !== undefined && { owner }),
      ...(id % 9 !== 4 && { tags }),
      ...(id % 3 !== 2 && { disk: { label: `D${id % 5}`, ...(id % 7 !== 3 && { sector: (hash >>> 12) % 23 }) } }),
    };
  });
}

/** Rows in the order of some parts, and then of their keys. Rows without one of the parts are left out, as they are of an index. */
export function inOrderOf(rows: readonly FileRow[], partsOf: (row: FileRow) => readonly (KeyPart | undefined)[]): readonly FileRow[] {
  const keyed = rows.flatMap((row) => {
    const parts = partsOf(row).filter((part) => part !== undefined);
    return parts.length === partsOf(row).length ? [{ row, key: [...parts, row.id] }] : [];
  });
  return keyed.toSorted((a, b) => compareKeys(a.key, b.key)).map(({ row }) => row);
}

/** The keys of rows, which say which they are in few words. */
export function ids(rows: readonly FileRow[]): readonly number[] {
  return rows.map(({ id }) => id);
}
