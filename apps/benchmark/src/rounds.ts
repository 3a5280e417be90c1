import type { BenchCase } from "./bench-case.ts";

/** Someone who can be timed. */
export interface Timed {
  readonly name: string;
  /** Waits until the disk has all that was written. Only where writes settle before that, and opponents' don't. */
  rest?(): Promise<void>;
}

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

/**
 * Prepares a round of a case and times it. A contender that answers at once is timed without a single promise. Throws when the answer isn't
 * what the case knows it must be.
 */
export async function timedRound<C extends Timed>({ prepare, answerOf }: BenchCase<C>, contender: C, round: number): Promise<Round> {
  const expected = answerOf?.(round);
  const job = await prepare(contender, round);
  await contender.rest?.();
  const start = performance.now();
  const promised = job();
  const answer = promised instanceof Promise ? await promised : promised;
  const ms = performance.now() - start;
  if (expected !== undefined && answer !== expected)
    throw new Error(`${contender.name} answered ${answer} in round ${round} instead of ${expected}`);
  return { ms, answer };
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
