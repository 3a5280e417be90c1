import { type BudgetOptions, table, type TableDefinition, type TableTypes } from "@cache/core";

interface WordTypes extends TableTypes {
  readonly value: string;
  readonly input: string;
  readonly key: string;
  readonly keyed: false;
  // oxlint-disable-next-line typescript/no-generated-empty-object-type -- an object without properties is just what it is
  readonly indexes: Readonly<Record<never, never>>;
}

interface Options extends BudgetOptions {
  readonly ttl?: number;
  readonly staleFor?: number;
}

/** Settings of a scenario with a bounded table of words. */
export const bounded = (options: Options): { readonly options: { readonly tables: { readonly words: TableDefinition<WordTypes> } } } => ({
  options: { tables: { words: table<string, string>()(options) } },
});
