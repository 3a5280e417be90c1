import type { SweepResult } from "./cache.ts";
import type { Batch, CommitResult, Trimmed } from "./operation.ts";
import type { Runtime } from "./runtime.ts";
import type { MaybePromise } from "./store.ts";

/** What every message tells. */
interface Told {
  /** The engine, and where its data is. */
  readonly store: string;
}

/** What messages about work that takes its time tell. */
interface Timed extends Told {
  readonly durationMs: number;
  /** What it failed with. */
  readonly error?: unknown;
}

/**
 * The messages of the channels that a cache publishes to on Node, by `node:diagnostics_channel`. They tell how much was done and how long it took,
 * and neither keys nor values. Nothing is measured on a channel that nobody subscribes to; elsewhere than on Node there are none.
 */
export interface CacheDiagnostics {
  /** Entries were read by key, by whichever verb; decoding is in it. */
  "cache:get": Timed & { readonly table: string | undefined; readonly keys: number };
  /** A batch was committed, or refused by one of its checks: then it is tried again, or told to those who wrote. */
  "cache:commit": Timed & { readonly operations: number; readonly checks: number; readonly isRefused: boolean };
  /** Entries were removed to keep a budget, expired ones first. */
  "cache:evict": Told & { readonly evicted: number; readonly expired: number };
  /** A sweep ended. */
  "cache:sweep": Timed & Partial<SweepResult>;
  /** What was in memory was written down. */
  "cache:flush": Timed;
}

type Name = keyof CacheDiagnostics;

/** A channel as Node has it. */
interface Channel<Message> {
  readonly hasSubscribers: boolean;
  publish(message: Message): void;
}

/** As much of Node as is looked for. */
interface MaybeNode {
  readonly process?: { getBuiltinModule?(name: string): { channel(name: string): Channel<unknown> } | undefined };
}

// The global object of a browser has none of it.
const node = (globalThis as MaybeNode).process?.getBuiltinModule?.("node:diagnostics_channel");

const silence: Channel<unknown> = { hasSubscribers: false, publish() {} };

function channel<N extends Name>(name: N): Channel<CacheDiagnostics[N]> {
  return node?.channel(name) ?? silence;
}

/** The channels, looked up once. */
export const channels: { readonly [N in Name as N extends `cache:${infer Short}` ? Short : never]: Channel<CacheDiagnostics[N]> } = {
  get: channel("cache:get"),
  commit: channel("cache:commit"),
  evict: channel("cache:evict"),
  sweep: channel("cache:sweep"),
  flush: channel("cache:flush"),
};

/** Reads by key, and tells of it. */
export function tracedRead<T>(store: string, table: string | undefined, keys: number, read: () => MaybePromise<T>): MaybePromise<T> {
  return timed(read, (durationMs, failure) => channels.get.publish({ store, table, keys, durationMs, ...failure }));
}

/** Commits a batch, and tells of it. */
export function tracedCommit(store: string, batch: Batch, commit: () => MaybePromise<CommitResult>): MaybePromise<CommitResult> {
  const [operations, checks] = [batch.operations.length, batch.checks.length];
  return timed(commit, (durationMs, failure, result) =>
    channels.commit.publish({ store, operations, checks, isRefused: result?.ok === false, durationMs, ...failure }),
  );
}

/** Tells of what trims have removed. */
export function tellEvictions(store: string, trimmed: readonly Trimmed[]): void {
  if (!channels.evict.hasSubscribers) return;
  const rows = trimmed.flatMap((one) => one.rows);
  const evicted = rows.filter(({ wasLive }) => wasLive).length;
  if (rows.length > 0) channels.evict.publish({ store, evicted, expired: rows.length - evicted });
}

/** Has it told when work in the background ends. */
export function traceBackground({ flushes, store: { name: store }, sweeper }: Runtime): void {
  flushes.onEnd = ({ durationMs, ...end }) => {
    if (channels.flush.hasSubscribers) channels.flush.publish({ store, durationMs, ...("error" in end && { error: end.error }) });
  };
  sweeper.times.onEnd = ({ outcome, ...end }) => {
    if (channels.sweep.hasSubscribers) channels.sweep.publish({ store, ...outcome, ...end });
  };
}

type Failure = { readonly error: unknown } | undefined;

/** Does something, and calls `ended` with how long it took and what it gave or failed with. */
function timed<T>(work: () => MaybePromise<T>, ended: (durationMs: number, failure: Failure, outcome?: T) => void): MaybePromise<T> {
  const start = performance.now();
  const done = (outcome: T): T => {
    ended(performance.now() - start, undefined, outcome);
    return outcome;
  };
  const failed = (error: unknown): never => {
    ended(performance.now() - start, { error });
    throw error;
  };
  let outcome: MaybePromise<T>;
  try {
    outcome = work();
  } catch (error) {
    return failed(error);
  }
  return outcome instanceof Promise ? outcome.then(done, failed) : done(outcome);
}
