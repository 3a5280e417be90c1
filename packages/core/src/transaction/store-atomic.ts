import type { Face, Reply, SetOptions } from "../verbs.ts";
import { andThen, run, step, type Steps } from "../continuation.ts";
import { isCacheError } from "../errors.ts";
import type { FaceRunner } from "../face.ts";
import type { Key } from "../key.ts";
import type { Runtime } from "../runtime.ts";
import type { OpenTable } from "../table/open-table.ts";
import type { TableDefinitions } from "../table/table-definition.ts";
import type { Written } from "../unit.ts";
import type { Atomic, AtomicResult } from "./atomic.ts";
import { type AtomicStep, atomicUnit } from "./atomic-unit.ts";
import { commitUnit } from "./commit-unit.ts";

/** How often a commit is tried again because others changed what only its own unique entries rely on. */
const MAX_TRIES = 10;

/** Begins a one-shot commit. */
export function storeAtomic<F extends Face, Input, Tables extends TableDefinitions>(
  runtime: Runtime,
  face: FaceRunner<F>,
): Atomic<F, Input, Tables> {
  return new StoreAtomic<F, Input, Tables>(runtime, face);
}

/** Checks and writes gathered for one commit. Nothing is looked at before that. */
class StoreAtomic<F extends Face, Input, Tables extends TableDefinitions> implements Atomic<F, Input, Tables> {
  readonly tables: Atomic<F, Input, Tables>["tables"];
  readonly #runtime: Runtime;
  readonly #face: FaceRunner<F>;
  readonly #steps: AtomicStep[] = [];
  #isCommitted = false;

  constructor(runtime: Runtime, face: FaceRunner<F>) {
    this.#runtime = runtime;
    this.#face = face;
    const tables: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
    for (const table of runtime.tables) if (table.settings.name !== undefined) tables[table.settings.name] = this.#verbs(table);
    // They are those that the cache was opened with.
    this.tables = Object.freeze(tables) as Atomic<F, Input, Tables>["tables"];
  }

  check(key: Key, version: number | undefined): this {
    return this.#add({ type: "check", table: this.#runtime.defaultTable, key, version });
  }

  set(key: Key, value: Input, options?: SetOptions): this {
    return this.#add({ type: "set", table: this.#runtime.defaultTable, key, value, options });
  }

  delete(key: Key): this {
    return this.#add({ type: "delete", table: this.#runtime.defaultTable, key });
  }

  commit(): Reply<F, AtomicResult> {
    return this.#face.reply(() => {
      this.#runtime.assertOpen();
      if (this.#isCommitted) throw new TypeError("this atomic() was already committed; begin another one");
      this.#isCommitted = true;
      return run(this.#commit());
    });
  }

  /** What a table takes: types and keys are the declaration's business. */
  #verbs(table: OpenTable): object {
    const common = {
      check: (key: unknown, version: unknown) => this.#add({ type: "check", table, key, version }),
      delete: (key: unknown) => this.#add({ type: "delete", table, key }),
    };
    return table.settings.primaryKey
      ? { ...common, put: (value: unknown, options?: SetOptions) => this.#add({ type: "put", table, value, options }) }
      : { ...common, set: (key: unknown, value: unknown, options?: SetOptions) => this.#add({ type: "set", table, key, value, options }) };
  }

  #add(one: AtomicStep): this {
    if (this.#isCommitted) throw new TypeError("this atomic() was already committed; begin another one");
    this.#steps.push(one);
    return this;
  }

  *#commit(): Steps<AtomicResult> {
    // Asynchronous schemas may take their time: the commit keeps its place among the writes called before and after it.
    const made = atomicUnit(this.#runtime, this.#steps);
    let unit = andThen(made, (one) => one.unit);
    for (let tries = 1; ; tries++) {
      try {
        const version = yield* step(this.#runtime.write(this.#written(), unit));
        return { ok: true, version };
      } catch (error) {
        if (!isCacheError(error, "CACHE_CONFLICT")) throw error;
        const { demanded } = yield* step(made);
        // It may also be a row that was to give up a unique entry, or how tables are declared.
        if (!(yield* commitUnit(this.#runtime, { checks: demanded, operations: [], done: () => {} }))) return { ok: false };
        if (tries === MAX_TRIES) throw error;
        unit = yield* step(unit);
      }
    }
  }

  #written(): readonly Written[] {
    return this.#steps.filter(({ type }) => type !== "check").map(({ table }) => ({ table: table.id, keys: undefined }));
  }
}
