import { type Face, isCacheError, type Table } from "@cache/core";
import { AssertionError } from "./assert.ts";
import type { ModelRow, ModelTableTypes, TableModel } from "./table-model.ts";
import { collect } from "./turns.ts";

/** A call of one verb of the random histories' typed table. */
export type TableCall =
  | { readonly verb: "put"; readonly rows: readonly [ModelRow]; readonly ttl: number | undefined }
  | { readonly verb: "putMany"; readonly rows: readonly ModelRow[]; readonly ttl: number | undefined }
  | { readonly verb: "get" | "has" | "delete" | "expire"; readonly id: number }
  | { readonly verb: "touch"; readonly id: number; readonly ttl: number | undefined }
  | { readonly verb: "getMany" | "deleteMany"; readonly ids: readonly number[] }
  | { readonly verb: "getBy"; readonly email: string }
  | { readonly verb: "clear" | "size" | "values" };

/** What stands for the answer of a call that was refused. */
const REFUSED = "CACHE_UNIQUE";

/** Makes a call of a table; gives its answer. */
export async function callTable(table: Table<ModelTableTypes, Face>, call: TableCall): Promise<unknown> {
  switch (call.verb) {
    case "put":
      return orRefused(async () => table.put(call.rows[0], { ttl: call.ttl }));
    case "putMany":
      return orRefused(async () => table.putMany(call.rows, { ttl: call.ttl }));
    case "get":
    case "has":
    case "delete":
    case "expire":
      return table[call.verb](call.id);
    case "touch":
      return table.touch(call.id, call.ttl);
    case "getMany":
      return table.getMany(call.ids);
    case "deleteMany":
      return table.deleteMany(call.ids);
    case "getBy":
      return table.getBy("email", call.email);
    case "clear":
      return table.clear();
    case "size":
      return table.size;
    case "values":
      return collect(table.values());
  }
}

async function orRefused(call: () => Promise<unknown>): Promise<unknown> {
  try {
    return await call();
  } catch (error) {
    if (isCacheError(error, REFUSED)) return REFUSED;
    throw new AssertionError("a put failed with something else than CACHE_UNIQUE", { cause: error });
  }
}

/** The answer that the model gives to a call. */
export function callTableModel(model: TableModel, call: TableCall): unknown {
  switch (call.verb) {
    case "put":
      return model.put(call.rows, call.ttl)?.[0] ?? REFUSED;
    case "putMany":
      return model.put(call.rows, call.ttl) ?? REFUSED;
    case "get":
      return model.get(call.id);
    case "has":
      return model.get(call.id) !== undefined;
    case "delete":
    case "expire":
      return model.delete(call.id);
    case "touch":
      return model.touch(call.id, call.ttl);
    case "getMany":
      return call.ids.map((id) => model.get(id));
    case "deleteMany":
      return call.ids.map((id) => model.delete(id));
    case "getBy":
      return model.withEmail(call.email);
    case "clear":
      return model.clear();
    case "size":
      return model.list().length;
    case "values":
      return model.list();
  }
}
