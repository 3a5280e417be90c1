import { lmdbStore } from "@cache/lmdb";
import type { Bench } from "../bench.ts";
import { cacheUserContender } from "../users/cache-user-contender.ts";
import { compareUsers } from "../users/compare-users.ts";
import { lmdbUserContender } from "./lmdb-user-contender.ts";

/** Our tables on LMDB beside one that is written by hand on lmdb-js. */
export function lmdbTablesSuite(bench: Bench): Promise<void> {
  return compareUsers(bench, "lmdb", {
    open: (indexes) => cacheUserContender(lmdbStore({ path: bench.folder(`lmdb-ours-${indexes}`) }), indexes, { rests: true }),
    theirs: [(indexes) => lmdbUserContender(bench.folder(`lmdb-theirs-${indexes}`), indexes)],
    gets: 1000,
  });
}
