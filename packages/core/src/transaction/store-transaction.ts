import type { CacheTables } from "../cache.ts";
import type { Face, Reply } from "../verbs.ts";
import type { FaceRunner } from "../face.ts";
import { StoreNamespace } from "../namespace.ts";
import type { Runtime } from "../runtime.ts";
import type { MaybePromise } from "../store.ts";
import { tablesOver } from "../table/tables-over.ts";
import type { TagScope } from "../tag-change.ts";
import type { TableDefinitions } from "../table/table-definition.ts";
import type { Transaction } from "./transaction.ts";
import type { TransactionRows } from "./transaction-rows.ts";

/** What the function of a transaction works with, on either face. */
export class StoreTransaction<Value, F extends Face, Input, Tables extends TableDefinitions>
  extends StoreNamespace<Value, F, Input>
  implements Transaction<Value, F, Input, Tables>
{
  readonly tables: CacheTables<Tables, F>;
  readonly #runtime: Runtime;

  constructor(runtime: Runtime, rows: TransactionRows, face: FaceRunner<F>) {
    const quiet = quietFace(face, rows);
    super({ table: runtime.defaultTable, rows, face: quiet });
    this.#runtime = runtime;
    this.tables = tablesOver(runtime, rows, quiet);
  }

  /** Those of all tables, as on the cache. */
  protected override get tagScope(): TagScope {
    return { ...super.tagScope, tables: this.#runtime.tables };
  }
}

/**
 * A face whose promises may be left alone when they fail in a transaction of which nothing comes: it is run again, or has failed, whoever
 * heard of it, and a call that nobody waited for must not end the process.
 */
function quietFace<F extends Face>(face: FaceRunner<F>, rows: TransactionRows): FaceRunner<F> {
  return {
    ...face,
    reply<T>(work: () => MaybePromise<T>) {
      const answer = face.reply(work);
      if (!(answer instanceof Promise)) return answer;
      const heard = answer.catch((error: unknown) => {
        if (rows.isAbandoned) heard.catch(() => {});
        throw error;
      });
      // A face that answers with a promise gives one of the same.
      return heard as Reply<F, T>;
    },
  };
}
