import { run, step, type Steps } from "./continuation.ts";
import { CacheError, isCacheError } from "./errors.ts";
import { type Ttl, ttlMs } from "./expiry.ts";
import { encodeKey } from "./key-encoder.ts";
import { checkOptionNames } from "./option-names.ts";
import type { Runtime } from "./runtime.ts";
import type { MaybePromise } from "./store.ts";
import { setSystemRow } from "./system-row.ts";
import { SYSTEM_TABLE } from "./table-id.ts";
import { sealPlain, unsealPlain } from "./value-codec.ts";
import { type Outcome, within } from "./within.ts";

/** Settings of a look at a cache's health. */
export interface HealthOptions {
  /** How long to look at most, by the cache's clock. Default 5 s. On the synchronous face nothing can be given up. */
  readonly timeout?: Ttl | undefined;
}

/** What was looked at, and how that is. */
export interface HealthCheck {
  /**
   * - `store`: a row of the cache's own was written and read.
   * - `queue`: the writes that were waiting for their commit came to an end.
   * - `budgets`: no table, and not the whole cache, holds more than it may.
   * - `background`: nothing failed in the background within the last minute.
   */
  readonly name: "store" | "queue" | "budgets" | "background";
  readonly ok: boolean;
  /** What was found, in words. Tells no keys and no values. */
  readonly detail: string;
}

/** A failure in the background. */
export interface BackgroundError {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly error: unknown;
}

/** How a cache is. */
export interface Health {
  /** Whether all checks are. */
  readonly ok: boolean;
  readonly checks: readonly HealthCheck[];
  /** How many calls of writing verbs were waiting for their commit. */
  readonly waitingWrites: number;
  /** As in `stats()`; also `undefined` when it couldn't be told in time. */
  readonly bytesOnDisk: number | undefined;
  /** What failed last in the background since the cache was opened, however long ago. */
  readonly lastError: BackgroundError | undefined;
}

/** How long a failure in the background counts, in milliseconds. */
const RECENT_MS = 60_000;

/** Where the system table keeps the row that is written and read. */
const probeKey = encodeKey(["probe"]);

/** Looks how a cache is. Throws for wrong options only. */
export function* lookAtHealth(runtime: Runtime, options: HealthOptions = {}): Steps<Health> {
  checkOptionNames("health", options, ["timeout"]);
  const timeout = ttlMs(options.timeout ?? 5000, "timeout");
  const { evictions, lastError, queue, settings, store } = runtime;
  const waitingWrites = queue.waiting;
  const look = <T>(work: () => MaybePromise<T>): MaybePromise<Outcome<T>> => within(settings.clock, timeout, work);
  // All at once. None of them fails: each tells what came of it.
  const drained = look(() => runtime.drained());
  const probed = look(() => run(probe(runtime)));
  const exceeded = look(() => evictions && run(evictions.exceeded()));
  const footprint = look(() => store.footprint?.());
  const checks = [
    checkOf("store", yield* step(probed), "a row was written and read"),
    checkOf("queue", yield* step(drained), `writes that were waiting: ${waitingWrites}`),
    ofBudgets(yield* step(exceeded)),
    ofBackground(lastError, runtime.now()),
  ];
  const bytes = yield* step(footprint);
  return { ok: checks.every(({ ok }) => ok), checks, waitingWrites, bytesOnDisk: bytes.ok ? bytes.value : undefined, lastError };
}

/** Writes a row and reads it; another cache may write its own in between. */
function* probe(runtime: Runtime): Steps<void> {
  const now = runtime.now();
  const set = setSystemRow(probeKey, sealPlain(now));
  const result = yield* step(runtime.commit({ now, checks: [], operations: [set] }));
  const stored = yield* step(runtime.store.get(SYSTEM_TABLE, probeKey));
  if (!result.ok || !stored || stored.version < result.version) throw new CacheError("CACHE_IO", "a row that was just written isn't there");
  unsealPlain(stored.value);
}

function checkOf(name: HealthCheck["name"], outcome: Outcome<unknown>, fine: string): HealthCheck {
  return { name, ok: outcome.ok, detail: outcome.ok ? fine : reasonOf(outcome.error) };
}

function ofBudgets(exceeded: Outcome<readonly string[] | undefined>): HealthCheck {
  const titles = (exceeded.ok && exceeded.value) || [];
  if (titles.length === 0) return checkOf("budgets", exceeded, "all are kept");
  return { name: "budgets", ok: false, detail: `more than allowed: ${titles.join(", ")}` };
}

function ofBackground(last: BackgroundError | undefined, now: number): HealthCheck {
  if (!last) return { name: "background", ok: true, detail: "nothing has failed" };
  const age = Math.max(0, now - last.at);
  return { name: "background", ok: age >= RECENT_MS, detail: `${Math.floor(age / 1000)} s ago: ${reasonOf(last.error)}` };
}

/** An error in words. What isn't a cache's own may quote values. */
function reasonOf(error: unknown): string {
  if (isCacheError(error)) return `${error.code}: ${error.message}`;
  return error instanceof Error ? error.name : "something was thrown that is no error";
}
