import { andThen, step, type Steps } from "../continuation.ts";
import { isCacheError } from "../errors.ts";
import { claimIn, isClaimed, type Lease, LEASE_MS, leaseOwner } from "../lease.ts";
import type { Check, Operation } from "../operation.ts";
import type { Runtime } from "../runtime.ts";
import type { MaybePromise, PageRow } from "../store.ts";
import { deleteSystemRow, setSystemRow, systemRowIs } from "../system-row.ts";
import { SYSTEM_TABLE } from "../table-id.ts";
import type { Unit } from "../unit.ts";
import { sealPlain } from "../value-codec.ts";
import { type PassKind, passKey } from "./pass-key.ts";

/** The most rows that one commit of a pass looks at: about a millisecond's work. */
const MAX_ROWS = 128;

/** What a pass makes of some rows. */
export interface PassChange {
  readonly operations: Unit<void>["operations"];
  readonly checks: readonly Check[];
  /** Called once they are committed. */
  readonly saved?: (() => void) | undefined;
}

/** What a pass is for. */
export interface PassWork {
  readonly kind: PassKind;
  /** What exactly it does, as text to compare: progress with something else is begun anew. */
  readonly subject: string;
  /** Makes changes of live rows. A check that fails has the rows read again. */
  readonly visit: (rows: readonly PageRow[]) => MaybePromise<PassChange>;
  /** What sort of units it writes. */
  readonly unit?: Pick<Unit<void>, "isMigration">;
}

/** How far a pass has come, as a row of the system table. */
interface Progress extends Lease {
  readonly subject: string;
  /** The key of the last row that is done. */
  readonly cursor: Uint8Array | null;
  readonly done: number;
  readonly total: number;
}

/** How a step of a pass ended: there is more to do, all is done, or another process is at it. */
export type PassOutcome = "more" | "done" | "busy";

/**
 * Goes once over all rows of a table, a few in each commit. How far it has come is saved in the same commits: whoever opens the store after
 * a crash goes on there, and of several processes one does the work.
 */
export class TablePass {
  readonly #runtime: Runtime;
  readonly #table: number;
  readonly #work: PassWork;
  readonly #key: Uint8Array;
  readonly #owner: string = leaseOwner();
  /** How far it has come, as far as this process knows. */
  #progress: Progress | undefined;
  /** Whether the saved progress is known to be that. */
  #isHeld = false;
  /** The version of the progress' row. */
  #version: number | undefined;
  #rows = MAX_ROWS;

  constructor(runtime: Runtime, table: number, work: PassWork) {
    this.#runtime = runtime;
    this.#table = table;
    this.#work = work;
    this.#key = passKey(table, work.kind);
  }

  /** Rows looked at, and how many there were at the beginning. */
  get progress(): { readonly done: number; readonly total: number } {
    const { done = 0, total = 0 } = this.#progress ?? {};
    return { done, total };
  }

  /** The check that a commit with the end of the pass needs, and the operation that removes its traces. */
  get ending(): { readonly checks: readonly Check[]; readonly operations: readonly Operation[] } {
    return {
      checks: [systemRowIs(this.#key, this.#version)],
      operations: [deleteSystemRow(this.#key)],
    };
  }

  /** Takes the next rows. */
  *step(): Steps<PassOutcome> {
    const progress = this.#isHeld ? this.#progress : yield* this.#begin();
    if (!progress) return "busy";
    const { cursor } = progress;
    const now = this.#runtime.now();
    const query = { ...(cursor && { gt: cursor }), limit: this.#rows, liveAt: now };
    // Read after all writes called so far and written before all called later: rows that this process writes without a pause can't stop it.
    const made = andThen(this.#runtime.range(this.#table, query), ({ rows, next }) =>
      andThen(this.#work.visit(rows), (change) => {
        const saved = { ...progress, cursor: next ?? rows.at(-1)?.key ?? cursor, done: progress.done + rows.length };
        return { next, change, saved };
      }),
    );
    try {
      yield* this.#save(andThen(made, ({ saved, change }) => ({ ...change, saved })));
    } catch (error) {
      if (!isCacheError(error, "CACHE_CONFLICT")) throw error;
      // A row changed under our hands, or another process took the pass over: fewer rows change less often.
      this.#rows = Math.max(1, this.#rows >> 2);
      this.#isHeld = false;
      return "more";
    }
    const { next, change } = yield* step(made);
    change.saved?.();
    this.#rows = Math.min(MAX_ROWS, this.#rows * 2);
    return next ? "more" : "done";
  }

  /** Looks again, before the next step, who works on it. */
  lose(): void {
    this.#isHeld = false;
  }

  /** Lets others go on at once. */
  *release(): Steps<void> {
    if (!this.#isHeld || !this.#progress) return;
    try {
      yield* this.#save({ saved: this.#progress, operations: [], checks: [] }, 0);
    } catch {
      // Then they go on when our time has passed.
    }
    this.#isHeld = false;
  }

  /** Takes up the pass where it was left; nothing if another process is at it. */
  *#begin(): Steps<Progress | undefined> {
    const { store } = this.#runtime;
    const stored = yield* step(store.get(SYSTEM_TABLE, this.#key));
    this.#version = stored?.version;
    // Sealed by `#save` below.
    const left = claimIn(stored) as Progress | undefined;
    if (left && left.owner !== this.#owner && isClaimed(left, this.#runtime.now())) return undefined;
    this.#isHeld = true;
    if (left?.subject === this.#work.subject) {
      // The bytes may lie in the store's memory.
      this.#progress = { ...left, cursor: left.cursor && Uint8Array.from(left.cursor), owner: this.#owner };
    } else {
      const { entries } = yield* step(store.usage(this.#table));
      this.#progress = { subject: this.#work.subject, cursor: null, done: 0, total: entries, owner: this.#owner, until: 0 };
    }
    return this.#progress;
  }

  *#save(change: MaybePromise<Pick<PassChange, "operations" | "checks"> & { readonly saved: Progress }>, until?: number): Steps<void> {
    const unit = andThen(change, ({ operations, checks, saved }): Unit<void> => {
      const progress = { ...saved, until: until ?? this.#runtime.now() + LEASE_MS };
      const row = setSystemRow(this.#key, sealPlain(progress));
      return {
        ...this.#work.unit,
        checks: [systemRowIs(this.#key, this.#version), ...checks],
        operations: [...operations, row],
        done: (_counts, _from, _trimmed, version) => {
          this.#version = version;
          this.#progress = progress;
        },
      };
    });
    yield* step(this.#runtime.write([], unit));
  }
}

/** How far a pass has come that some process works on, or will. */
export function* passProgress(
  { store }: Runtime,
  table: number,
  kind: PassKind,
): Steps<{ readonly done: number; readonly total: number } | undefined> {
  // Sealed by a pass.
  const progress = claimIn(yield* step(store.get(SYSTEM_TABLE, passKey(table, kind)))) as Progress | undefined;
  return progress && { done: progress.done, total: progress.total };
}
