import type { Steps } from "../continuation.ts";
import type { Runtime } from "../runtime.ts";
import type { OpenTable } from "../table/open-table.ts";
import { IndexBuilder } from "./index-builder.ts";

/** The builders of an open cache's indexes, one for each table that needs it. */
export class IndexBuilders {
  readonly #runtime: Runtime;
  readonly #all = new Map<number, IndexBuilder>();

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  of(table: OpenTable): IndexBuilder {
    let builder = this.#all.get(table.id);
    if (!builder) this.#all.set(table.id, (builder = new IndexBuilder(this.#runtime, table)));
    return builder;
  }

  /** Ends all work after the rows at hand. */
  *stop(): Steps<void> {
    for (const builder of this.#all.values()) yield* builder.stop();
  }
}
