import { type Face, isCacheError, type Table } from "@cache/core";
import { type Doing, gathered, got } from "./in-transaction.ts";
import type { Ask } from "./query-ask.ts";
import { callQuery, callQueryModel } from "./query-call.ts";
import type { ModelRow, ModelTableTypes, TableModel } from "./table-model.ts";

/** A call of one verb of the random histories' typed table. */
export type TableCall =
  | ({ readonly verb: "put"; readonly rows: readonly [ModelRow] } & RowSettings)
  | ({ readonly verb: "putMany"; readonly rows: readonly ModelRow[] } & RowSettings)
  | { readonly verb: "get" | "tagsOf" | "has" | "delete" | "expire"; readonly id: number }
  | { readonly verb: "touch"; readonly id: number; readonly ttl: number | undefined }
  | { readonly verb: "getMany" | "deleteMany"; readonly ids: readonly number[] }
  | { readonly verb: "getBy"; readonly email: string }
  | { readonly verb: "query"; readonly ask: Ask }
  | { readonly verb: "invalidateTag"; readonly tag: string }
  | { readonly verb: "values"; readonly tag: string | undefined }
  | { readonly verb: "clear" | "size" };

interface RowSettings {
  readonly ttl: number | undefined;
  readonly tags: readonly string[] | undefined;
}

/** What stands for the answer of a call that was refused. */
export const REFUSED = "CACHE_UNIQUE";

/** Makes a call of a table; gives its answer. */
export function* callTable(table: Table<ModelTableTypes, Face>, call: TableCall): Doing<unknown> {
  switch (call.verb) {
    case "put":
      return yield* orRefused(() => got(table.put(call.rows[0], { ttl: call.ttl, tags: call.tags })));
    case "putMany":
      return yield* orRefused(() => got(table.putMany(call.rows, { ttl: call.ttl, tags: call.tags })));
    case "query":
      return yield* orRefused(() => callQuery(table, call.ask));
    case "get":
    case "has":
    case "delete":
    case "expire":
      return yield* got<unknown>(table[call.verb](call.id));
    case "tagsOf":
      return (yield* got(table.getEntry(call.id)))?.tags;
    case "invalidateTag":
      return yield* got(table.invalidateTag(call.tag));
    case "touch":
      return yield* got(table.touch(call.id, call.ttl));
    case "getMany":
      return yield* got(table.getMany(call.ids));
    case "deleteMany":
      return yield* got(table.deleteMany(call.ids));
    case "getBy":
      return yield* got(table.getBy("email", call.email));
    case "clear":
      return yield* got(table.clear());
    case "size":
      return yield* got(table.size);
    case "values":
      return yield* gathered(table.values({ tag: call.tag }));
  }
}

/** What steps give, or what stands for it when two rows would have one address. */
export function* orRefused(steps: () => Doing<unknown>): Doing<unknown> {
  try {
    return yield* steps();
  } catch (error) {
    if (isCacheError(error, REFUSED)) return REFUSED;
    throw error;
  }
}

/** The answer that the model gives to a call; where several would do, `given` if it is one of them. */
export function callTableModel(model: TableModel, call: TableCall, given: unknown): unknown {
  switch (call.verb) {
    case "query":
      return call.ask.asked.verb === "update"
        ? (callQueryModel(model, call.ask, given) ?? REFUSED)
        : callQueryModel(model, call.ask, given);
    case "put":
      return model.put(call.rows, call.ttl, call.tags)?.[0] ?? REFUSED;
    case "putMany":
      return model.put(call.rows, call.ttl, call.tags) ?? REFUSED;
    case "get":
      return model.get(call.id);
    case "has":
      return model.get(call.id) !== undefined;
    case "delete":
    case "expire":
      return model.delete(call.id);
    case "tagsOf":
      return model.tagsOf(call.id);
    case "invalidateTag":
      return model.invalidate([call.tag]);
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
      return model.list(call.tag);
  }
}
