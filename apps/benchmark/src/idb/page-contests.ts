import { launchPersistentChromium } from "../../../../scripts/browsers.mjs";
import type { Bench } from "../bench.ts";
import type { Participant, Round } from "../rounds.ts";
import type { RoundCase } from "../bench-case.ts";
import { servePage } from "./page-server.ts";

/** What a page offers to the process that drives it. */
export interface PageBench<Opponent extends string> {
  /** Opens and fills the databases, now or when a round asks for them. */
  prepare(entries: number): Promise<void>;
  /** Does a round of a contest, as timed by the page's own clock. */
  round(contest: string, contender: Opponent | "ours", round: number): Promise<Round>;
  /** Makes sure that the databases hold what they should after all rounds. */
  finish?(): Promise<void>;
}

/** A contest in a page, ours with some others. */
export interface PageContest<Opponent extends string> {
  readonly benchCase: RoundCase;
  readonly against: readonly Opponent[];
}

/** A page's object as its own script has left it. */
export type PageWindow<Opponent extends string> = typeof globalThis & { pageBench?: PageBench<Opponent> };

/** The same with V8's collector. */
type CollectingWindow = typeof globalThis & { gc(options: { type: "minor" }): void };

/** Holds contests in a page of Chromium, all in one. `script` is the page's source; `opponents` are the names that the report has. */
export async function holdPageContests<Opponent extends string>(
  bench: Bench,
  script: URL,
  contests: Readonly<Record<string, PageContest<Opponent>>>,
  opponents: Readonly<Record<Opponent, string>>,
): Promise<void> {
  if (!Object.keys(contests).some((name) => bench.wants(name))) return;
  const { pageEntries, pageRounds } = bench.scale;
  const server = await servePage(script);
  // A context without a folder of its own would keep IndexedDB in memory.
  const browser = await launchPersistentChromium(bench.folder("chromium"));
  try {
    const page = await browser.newPage();
    await page.goto(server.url);
    await page.evaluate((entries) => (globalThis as PageWindow<Opponent>).pageBench?.prepare(entries), pageEntries);
    for (const [name, { benchCase, against }] of Object.entries<PageContest<Opponent>>(contests)) {
      const participant = (contender: Opponent | "ours"): Participant => ({
        name: contender === "ours" ? contender : opponents[contender],
        round: (round) =>
          page.evaluate(
            ([contest, who, number]) => {
              const { pageBench } = globalThis as PageWindow<Opponent>;
              if (!pageBench) throw new Error("the page's script has failed");
              return pageBench.round(contest, who as Opponent | "ours", number);
            },
            [name, contender as string, round] as const,
          ),
      });
      await bench.contest({
        name,
        ...benchCase,
        ours: participant("ours"),
        theirs: against.map(participant),
        rounds: benchCase.isLong ? undefined : pageRounds,
        // The inspector's collection would be that of a page short of memory, which also throws compiled code away.
        collectGarbage: () => page.evaluate(() => (globalThis as CollectingWindow).gc({ type: "minor" })),
      });
    }
    await page.evaluate(() => (globalThis as PageWindow<Opponent>).pageBench?.finish?.());
  } finally {
    await browser.close();
    server.close();
  }
}
