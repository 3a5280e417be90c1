import { step, type Steps } from "./continuation.ts";
import { isCacheError } from "./errors.ts";
import { encodeKey } from "./key-encoder.ts";
import { claimIn, isClaimed, type Lease, LEASE_MS, leaseOwner } from "./lease.ts";
import type { Operation } from "./operation.ts";
import type { MaybePromise, Store } from "./store.ts";
import { deleteSystemRow, setSystemRow, systemRowIs } from "./system-row.ts";
import { SYSTEM_TABLE } from "./table-id.ts";
import type { Unit } from "./unit.ts";
import { sealPlain } from "./value-codec.ts";

/** Where the system table says who sweeps. */
const sweepKey = encodeKey(["sweep"]);

/** What a lease needs of its cache. */
export interface SweepLeaseOptions {
  readonly store: Pick<Store, "get">;
  readonly now: () => number;
  readonly write: <T>(unit: Unit<T>) => MaybePromise<T>;
}

/** Sees to it that of all caches on a store, in whichever process or tab, only one sweeps by itself at a time. */
export class SweepLease {
  readonly #options: SweepLeaseOptions;
  readonly #owner: string = leaseOwner();
  #until = Number.NEGATIVE_INFINITY;
  /** The version of the row that holds it; `undefined` while there is none. */
  #version: number | undefined;
  #isHeld = false;

  constructor(options: SweepLeaseOptions) {
    this.#options = options;
  }

  /** Takes the lease, or tells that another cache has it. */
  *take(): Steps<boolean> {
    const { store, now } = this.#options;
    const stored = yield* step(store.get(SYSTEM_TABLE, sweepKey));
    this.#version = stored?.version;
    // Sealed below.
    const lease = claimIn(stored) as Lease | undefined;
    if (lease && isClaimed(lease, now())) return false;
    return yield* this.#hold();
  }

  /** Makes sure that the lease is still held, and goes on to be for some seconds. */
  *keep(): Steps<boolean> {
    if (!this.#isHeld) return false;
    return this.#until - this.#options.now() > LEASE_MS / 2 || (yield* this.#hold());
  }

  /** Leaves the lease to others, if it is held. Never throws. */
  *release(): Steps<void> {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    try {
      yield* this.#write(deleteSystemRow(sweepKey));
    } catch {
      // Then they take it when its time has passed.
    }
  }

  *#hold(): Steps<boolean> {
    const until = this.#options.now() + LEASE_MS;
    const value = sealPlain({ owner: this.#owner, until } satisfies Lease);
    this.#isHeld = yield* this.#write(setSystemRow(sweepKey, value));
    this.#until = until;
    return this.#isHeld;
  }

  /** Changes the row, unless another cache has done so since. */
  *#write(operation: Operation): Steps<boolean> {
    try {
      yield* step(
        this.#options.write({
          checks: [systemRowIs(sweepKey, this.#version)],
          operations: [operation],
          done: (_counts, _from, _trimmed, version) => {
            this.#version = version;
          },
        }),
      );
      return true;
    } catch (error) {
      if (isCacheError(error, "CACHE_CONFLICT")) return false;
      throw error;
    }
  }
}
