import type { Bench } from "../bench.ts";
import { idbContests, opponents } from "./idb-contests.ts";
import { holdPageContests } from "./page-contests.ts";

/** Our IndexedDB store in Chromium, beside IndexedDB itself and idb-keyval, all in one page. */
export function idbSuite(bench: Bench): Promise<void> {
  return holdPageContests(bench, new URL("./page.ts", import.meta.url), idbContests(bench.scale.pageEntries), opponents);
}
