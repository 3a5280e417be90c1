import type { Bench } from "../bench.ts";
import { holdPageContests } from "./page-contests.ts";
import { tableContests, tableOpponents } from "./table-contests.ts";

/** Our tables on IndexedDB in Chromium, beside Dexie and native indexes, all in one page. */
export function idbTablesSuite(bench: Bench): Promise<void> {
  return holdPageContests(bench, new URL("./tables-page.ts", import.meta.url), tableContests(bench.scale.pageEntries), tableOpponents);
}
