import { sqliteStore } from "@cache/sqlite";
import { join } from "node:path";
import type { Bench } from "../bench.ts";
import { cacheUserContender } from "../users/cache-user-contender.ts";
import { compareUsers } from "../users/compare-users.ts";
import { sqliteUserContender } from "./sqlite-user-contender.ts";

/** Our tables on SQLite beside one with columns and indexes of its own. */
export function sqliteTablesSuite(bench: Bench): Promise<void> {
  const folder = bench.folder("sqlite-tables");
  return compareUsers(bench, "sqlite", {
    open: (indexes) => cacheUserContender(sqliteStore({ path: join(folder, `ours-${indexes}.db`) }), indexes),
    theirs: [
      (indexes) => sqliteUserContender(join(folder, `shipped-${indexes}.db`), indexes),
      (indexes) => sqliteUserContender(join(folder, `tuned-${indexes}.db`), indexes, "tuned like ours"),
    ],
    gets: 400,
  });
}
