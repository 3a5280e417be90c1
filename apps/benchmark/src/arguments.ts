import { parseArgs } from "node:util";

/** What the command line asks for. */
export interface Arguments {
  readonly quick: boolean;
  readonly json: boolean;
  /** Names of results, or beginnings of names; empty for all. */
  readonly only: readonly string[];
}

/** Reads the command line. Throws a `TypeError` for what isn't known. */
export function argumentsOf(words: readonly string[]): Arguments {
  const { values } = parseArgs({
    args: [...words],
    options: { quick: { type: "boolean" }, json: { type: "boolean" }, only: { type: "string", multiple: true } },
  });
  const only = values.only?.flatMap((list) => list.split(",")).filter(Boolean) ?? [];
  return { quick: values.quick ?? false, json: values.json ?? false, only };
}
