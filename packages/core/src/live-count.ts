import { run, step, type Steps } from "./continuation.ts";
import { dueBound, EXPIRY_INDEX } from "./expiry.ts";
import { countRows, KEYS_PER_PAGE } from "./row-access.ts";
import type { Store, Usage } from "./store.ts";

/** How often a count of many expired rows begins anew because others write meanwhile. */
const MAX_COUNTS = 8;

/** How many rows of a table aren't expired: those there are, less the expired ones that still wait to be reclaimed. */
export function* countLive(store: Store, table: number, now: () => number): Steps<number> {
  for (let tries = 1; ; tries++) {
    // Called together, they see one snapshot.
    const usage = store.usage(table);
    const expired = run(countRows((query) => store.range(table, query), { index: EXPIRY_INDEX, lt: dueBound(now()) }));
    // Waited for together: when both fail, neither fails unheard.
    const both = usage instanceof Promise || expired instanceof Promise ? Promise.all([usage, expired]) : ([usage, expired] as const);
    const [{ entries, version }, gone] = yield* step<readonly [Usage, number]>(both);
    // Later pages may be of a later moment, between which others have written.
    if (gone < KEYS_PER_PAGE || tries === MAX_COUNTS || (yield* step(store.usage(table))).version === version) return entries - gone;
  }
}
