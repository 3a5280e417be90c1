import { step, type Steps } from "../continuation.ts";
import { Draft } from "../draft.ts";
import type { Runtime } from "../runtime.ts";
import type { Unit } from "../unit.ts";

/** Commits upkeep by itself, beside the queue: it relies on nothing, and units that were called go on to wait. */
export function* commitUpkeep(runtime: Runtime, units: readonly Unit<void>[]): Steps<void> {
  const draft = new Draft([], { now: () => runtime.now(), upkeep: () => units, premise: () => undefined });
  const result = yield* step(runtime.commit(draft.batch));
  if (!result.ok) throw new Error("a store says that a check failed which it wasn't given");
  draft.committed(result);
  draft.settle();
}
