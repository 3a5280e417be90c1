import type { BenchCase } from "./bench-case.ts";
import type { Contender } from "./contender.ts";

/** How a round went. */
export interface Round {
  readonly ms: number;
  /** What the calls gave, as one number. */
  readonly answer: number;
}

/** Someone who does the rounds of one contest: a contender here or in a browser's page. */
export interface Participant {
  readonly name: string;
  round(round: number): Promise<Round>;
}

/** How many rounds there are; those to warm up don't count. */
export interface RoundCounts {
  readonly warmUp: number;
  readonly counted: number;
}

/** Prepares a round of a case and times it. A contender that answers at once is timed without a single promise. */
export async function timedRound({ prepare }: BenchCase, contender: Contender, round: number): Promise<Round> {
  const job = await prepare(contender, round);
  const start = performance.now();
  const promised = job();
  const answer = promised instanceof Promise ? await promised : promised;
  return { ms: performance.now() - start, answer };
}

/**
 * Lets participants take turns, A B C A B C …, each doing the same work in the same round, and answers the milliseconds of each one's counted
 * rounds. Throws when two of them come to different answers: then they didn't do the same.
 *
 * @param settle brings garbage and disk to rest before each round.
 */
export async function alternate(
  participants: readonly Participant[],
  { warmUp, counted }: RoundCounts,
  settle: () => Promise<void>,
): Promise<number[][]> {
  const times: number[][] = participants.map(() => []);
  for (let round = 0; round < warmUp + counted; round++) {
    let expected: number | undefined;
    for (const [at, participant] of participants.entries()) {
      await settle();
      const { ms, answer } = await participant.round(round);
      expected ??= answer;
      if (answer !== expected) throw new Error(`${participant.name} answered ${answer} in round ${round}, others ${expected}`);
      if (round >= warmUp) times[at]?.push(ms);
    }
  }
  return times;
}
