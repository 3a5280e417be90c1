import { table, type TableDefinition, type TableTypes } from "@cache/core";

/** A file, as the first release knew it. */
export interface FileV1 {
  readonly id: number;
  readonly path: string;
}

/** A file, as the third release knows it. */
export interface FileV3 {
  readonly id: number;
  readonly folder: string;
  readonly name: string;
}

interface FileTypes<Value> extends TableTypes {
  readonly value: Value;
  readonly input: Value;
  readonly key: number;
  readonly keyed: true;
}

/** The table of the first version. */
export const v1: TableDefinition<FileTypes<FileV1>> = table<FileV1>()({ key: "id" });

/** Splits a path at its last slash. */
export function split({ id, path }: FileV1): FileV3 {
  const slash = path.lastIndexOf("/");
  return { id, folder: path.slice(0, slash), name: path.slice(slash + 1) };
}

/** The table of the third version; the second was shaped like the first. */
export const v3: TableDefinition<FileTypes<FileV3>> = table<FileV3>()({
  key: "id",
  version: 3,
  migrate: {
    3: {
      up: (old) => split(old as FileV1),
      down: (value) => {
        const { id, folder, name } = value as FileV3;
        return { id, path: `${folder}/${name}` };
      },
    },
  },
  indexes: { name: { on: "name" } },
});

/** So many files of the first version. */
export function files(count: number): FileV1[] {
  return Array.from({ length: count }, (_, id) => ({ id, path: `/f${id % 7}/n${id}` }));
}
