import { step, type Steps } from "../continuation.ts";
import { isCacheError } from "../errors.ts";
import { tablesOf } from "../operation.ts";
import type { Runtime } from "../runtime.ts";
import type { Unit, Written } from "../unit.ts";

/** Commits a unit; tells whether nobody was in its way. Throws `CACHE_CLOSED` when the cache was closed meanwhile. */
export function* commitUnit(runtime: Runtime, unit: Unit<void>): Steps<boolean> {
  // It was neither read nor written.
  if (unit.operations.length === 0 && unit.checks?.length === 0) return true;
  runtime.assertOpen();
  try {
    yield* step(runtime.write(writtenBy(unit), unit));
    return true;
  } catch (error) {
    if (isCacheError(error, "CACHE_CONFLICT")) return false;
    throw error;
  }
}

/** The rows that a unit writes. */
function writtenBy({ operations }: Unit<unknown>): readonly Written[] {
  return operations.flatMap((operation) =>
    tablesOf(operation).map((table) => ({ table, keys: "key" in operation ? [operation.key] : undefined })),
  );
}
