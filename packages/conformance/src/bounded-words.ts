import { type BudgetOptions, table, type TableDefinition, type TypesOf } from "@cache/core";

const unbounded = table<string, string>()();
type WordTypes = TypesOf<typeof unbounded>;

interface Options extends BudgetOptions {
  readonly ttl?: number;
}

/** Settings of a scenario with a bounded table of words. */
export const bounded = (options: Options): { readonly options: { readonly tables: { readonly words: TableDefinition<WordTypes> } } } => ({
  options: { tables: { words: table<string, string>()(options) } },
});
