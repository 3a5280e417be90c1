import type { Batch, CommitResult, Operation, PageRow, RangeQuery, SetOperation } from "@cache/core/spi";
import type { Faults } from "../src/fault-store.ts";
import { text } from "../src/rows.ts";

/** A way to break a store, and the scenarios that must notice. */
export interface BrokenStore {
  readonly name: string;
  /** Makes the faults of one store object; what they remember is its own. */
  readonly faults: () => Faults;
  readonly caughtBy: readonly string[];
}

type RangeFault = NonNullable<Faults["range"]>;
type CommitFault = NonNullable<Faults["commit"]>;

/** More rows than any scenario has. */
export const ALL = 1_000_000;

/** Asks for another range than was asked for. */
export function withQuery(change: (query: RangeQuery) => RangeQuery): RangeFault {
  return (sound, table, query) => sound.range(table, change(query));
}

/** Carries out other operations than a batch has. */
export function withOperations(change: (operation: Operation) => Operation): CommitFault {
  return (sound, batch) => sound.commitSync({ ...batch, operations: batch.operations.map(change) });
}

/** Writes other rows than a batch has. */
export function withSets(change: (operation: SetOperation) => Operation): CommitFault {
  return withOperations((operation) => (operation.type === "set" ? change(operation) : operation));
}

/** Answers a carried-out batch differently. */
export function withResult(change: (result: CommitResult & { readonly ok: true }, batch: Batch) => CommitResult): CommitFault {
  return (sound, batch) => {
    const result = sound.commitSync(batch);
    return result.ok ? change(result, batch) : result;
  };
}

/** Where a row stands in the order that it is read in. */
export function positionOf({ entry, key }: PageRow): string {
  return (entry ? text(entry) : "") + text(key);
}
