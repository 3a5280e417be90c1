import { type BudgetOptions, table, type TableDefinition, type TableTypes, type TypesOf } from "@cache/core";

interface WordTypes extends TableTypes {
  readonly value: string;
  readonly input: string;
  readonly key: string;
  readonly keyed: false;
  readonly indexes: TypesOf<ReturnType<ReturnType<typeof table<string, string>>>>["indexes"];
}

interface Options extends BudgetOptions {
  readonly ttl?: number;
}

/** Settings of a scenario with a bounded table of words. */
export const bounded = (options: Options): { readonly options: { readonly tables: { readonly words: TableDefinition<WordTypes> } } } => ({
  options: { tables: { words: table<string, string>()(options) } },
});
