import { launchPersistentChromium } from "../../../../scripts/browsers.mjs";
import type { Bench } from "../bench.ts";
import type { Participant } from "../rounds.ts";
import { idbContests, type Opponent, opponents } from "./idb-contests.ts";
import type { PageBench } from "./page.ts";
import { servePage } from "./page-server.ts";

/** Our IndexedDB store in Chromium, beside IndexedDB itself and idb-keyval, all in one page. */
export async function idbSuite(bench: Bench): Promise<void> {
  if (!bench.wantsSome("idb.")) return;
  const { pageEntries, pageRounds } = bench.scale;
  const server = await servePage();
  // A context without a folder of its own would keep IndexedDB in memory.
  const browser = await launchPersistentChromium(bench.folder("chromium"));
  try {
    const page = await browser.newPage();
    const inspector = await browser.newCDPSession(page);
    await page.goto(server.url);
    await page.evaluate(async (entries) => {
      await (globalThis as unknown as PageWindow).pageBench.prepare(entries);
    }, pageEntries);
    for (const [name, { benchCase, against }] of Object.entries(idbContests(pageEntries))) {
      const participant = (contender: Opponent | "ours"): Participant => ({
        name: contender === "ours" ? contender : opponents[contender],
        round: (round) =>
          page.evaluate(([contest, who, number]) => (globalThis as unknown as PageWindow).pageBench.round(contest, who, number), [
            name,
            contender,
            round,
          ] as const),
      });
      await bench.contest({
        name,
        ...benchCase,
        ours: participant("ours"),
        theirs: against.map(participant),
        rounds: benchCase.isLong ? undefined : pageRounds,
        collectGarbage: async () => void (await inspector.send("HeapProfiler.collectGarbage")),
      });
    }
  } finally {
    await browser.close();
    server.close();
  }
}

/** The page's global object, as its own script has left it. */
interface PageWindow {
  readonly pageBench: PageBench;
}
