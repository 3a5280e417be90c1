import { run, step, type Steps } from "../continuation.ts";
import { CacheError, isCacheError } from "../errors.ts";
import type { Runtime } from "../runtime.ts";
import type { MaybePromise } from "../store.ts";
import { type CatalogTable, withTable } from "../table/catalog.ts";
import type { OpenTable } from "../table/open-table.ts";
import type { IndexState, SecondaryIndex } from "../table/secondary-index.ts";
import { indexChange } from "./index-change.ts";
import { TablePass } from "./table-pass.ts";

/** How long to wait before looking again whether another process has built an index, in milliseconds. */
const POLL_MS = 100;

/**
 * Builds the unfinished indexes of a table, and removes what rows still have in dropped ones, while the table is in use: whoever writes a
 * row meanwhile writes its new entries, too.
 */
export class IndexBuilder {
  readonly #runtime: Runtime;
  readonly #table: OpenTable;
  #pass: TablePass | undefined;
  #isStopped = false;
  /** The work under way on the asynchronous face. */
  #finished: Promise<void> | undefined;
  /** Forgets the step planned on the synchronous face. */
  #cancel: (() => void) | undefined;

  constructor(runtime: Runtime, table: OpenTable) {
    this.#runtime = runtime;
    this.#table = table;
  }

  /** Begins to work in the background. */
  start(): void {
    if (this.#runtime.isSync) this.#planStep();
    else void this.#begin();
  }

  #begin(): Promise<void> {
    const work = Promise.resolve(run(this.#work()));
    this.#finished = work;
    // Whoever comes next, when it has failed or others have begun to build, has it tried again.
    const end = (): void => {
      if (this.#finished === work) this.#finished = undefined;
    };
    work.then(end, (error: unknown) => {
      end();
      this.#runtime.report(error);
    });
    return work;
  }

  /** Waits until an index is built; on the synchronous face, builds it. Throws `CACHE_NOT_READY` there if another process is building it. */
  finished(index: SecondaryIndex): MaybePromise<void> {
    if (index.state === "building") {
      if (!this.#runtime.isSync) return (this.#finished ?? this.#begin()).then(() => this.#assertReady(index));
      this.#finishNow();
    }
    this.#assertReady(index);
  }

  /** Ends the work after the rows at hand, so that another process can go on at once. */
  *stop(): Steps<void> {
    this.#isStopped = true;
    this.#cancel?.();
    if (this.#finished) yield* step(this.#finished.catch(() => {}));
    if (this.#pass) yield* this.#pass.release();
  }

  *#work(): Steps<void> {
    while (!this.#isStopped && !this.#runtime.isClosed) {
      // The caller of `openCache` comes first, and those who read and write.
      yield* step(this.#runtime.pause());
      if (this.#isStopped) return;
      const outcome = yield* this.#step();
      if (outcome === "done") return;
      if (outcome === "busy") yield* step(this.#runtime.wait(POLL_MS));
    }
  }

  #planStep(delay = 1): void {
    this.#cancel = this.#runtime.settings.clock.schedule(delay, () => {
      if (this.#isStopped || this.#runtime.isClosed) return;
      this.#runtime.runAlone(
        andThenRun(this.#step(), (outcome) => {
          if (outcome !== "done") this.#planStep(outcome === "busy" ? POLL_MS : undefined);
        }),
      );
    });
  }

  #finishNow(): void {
    // A store that answers at once makes no promises.
    for (let outcome = run(this.#step()); outcome === "more"; outcome = run(this.#step()));
  }

  /** Takes the next rows; when there are none left, tells all others. */
  *#step(): Steps<"more" | "done" | "busy"> {
    const { catalog } = this.#runtime;
    yield* step(catalog.refresh());
    const known = catalog.tables.find(({ id }) => id === this.#table.id);
    // Since declared differently: whoever did so builds what is new.
    if (!known || catalog.isSuperseded(this.#table.id)) {
      if (this.#pass) yield* this.#pass.release();
      return "done";
    }
    const unfinished = known.indexes.filter(({ state }) => state === "building");
    if (unfinished.length === 0 && known.stale.length === 0) return "done";
    const numbers = [...unfinished.map(({ number }) => number), ...known.stale];
    this.#pass ??= new TablePass(this.#runtime, this.#table.id, {
      kind: "index",
      subject: JSON.stringify([known.version, numbers]),
      visit: (rows) => indexChange(this.#table, rows, numbers),
    });
    const pass = this.#pass;
    try {
      const outcome = yield* pass.step();
      if (outcome !== "done") return outcome;
      return yield* this.#enter(known, pass, true, (state) => (state === "building" ? "ready" : state));
    } catch (error) {
      if (!isCacheError(error, "CACHE_UNIQUE")) {
        yield* pass.release();
        throw error;
      }
      this.#runtime.report(error);
      // The others are built without it.
      return yield* this.#enter(known, pass, false, (state, name) => (name === error.index ? "conflict" : state));
    }
  }

  /** Enters new states into the catalog, and forgets how far the pass has come. */
  *#enter(known: CatalogTable, pass: TablePass, isOver: boolean, stateOf: (state: IndexState, name: string) => IndexState): Steps<"more"> {
    try {
      yield* this.#runtime.catalog.update((row) => {
        const now = row.tables.find(({ id }) => id === known.id);
        // Others may have declared it anew since.
        if (!now || JSON.stringify(now) !== JSON.stringify(known)) return { row };
        const indexes = now.indexes.map((index) => ({ ...index, state: stateOf(index.state, index.name) }));
        return { row: withTable(row, { ...now, indexes, stale: isOver ? [] : now.stale }), ...pass.ending };
      });
      this.#pass = undefined;
    } catch (error) {
      if (!isCacheError(error, "CACHE_CONFLICT")) throw error;
      // Another process took the pass over; it enters them, or leaves it to us.
      pass.lose();
    }
    return "more";
  }

  #assertReady({ name, state, table }: SecondaryIndex): void {
    if (state === "ready") return;
    this.#runtime.assertOpen();
    this.#runtime.catalog.assertCurrent(this.#table.id);
    if (state === "building")
      throw new CacheError("CACHE_NOT_READY", `index "${name}" of table "${table}" is being built by another process; try again`);
    throw new CacheError(
      "CACHE_UNIQUE",
      `index "${name}" of table "${table}" could not be built, as several rows have the same entry; remove all but one and open the cache again`,
      { index: name },
    );
  }
}

function* andThenRun<T>(steps: Steps<T>, next: (outcome: T) => void): Steps<void> {
  next(yield* steps);
}
