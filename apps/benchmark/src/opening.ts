import type { Bench } from "./bench.ts";
import type { MaybePromise } from "./contender.ts";
import type { Participant } from "./rounds.ts";

/** Opens something and reads an entry of it; answers how to close it. */
export type Opener = () => MaybePromise<() => MaybePromise<void>>;

/** Times opening, our cache's and the raw engine's in turn. Both hold the same entries and were closed in order. */
export async function compareOpening(
  bench: Bench,
  name: string,
  { ours, theirs, against }: { readonly ours: Opener; readonly theirs: Opener; readonly against: string },
): Promise<void> {
  const participant = (label: string, open: Opener): Participant => ({
    name: label,
    round: async () => {
      const start = performance.now();
      const close = await open();
      const ms = performance.now() - start;
      await close();
      return { ms, answer: 0 };
    },
  });
  await bench.contest({ name, unit: "ms", scale: 1, ours: participant("ours", ours), theirs: [participant(against, theirs)] });
}
