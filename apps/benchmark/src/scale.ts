import type { RoundCounts } from "./rounds.ts";

/** How much a run does. */
export interface Scale {
  /** Entries in each contender under Node. */
  readonly entries: number;
  /** Entries in memory, where they would slow down the collection of garbage. */
  readonly memoryEntries: number;
  /** Entries in each contender in the browser, where filling takes longest. */
  readonly pageEntries: number;
  /** Rounds of cases that read: short ones, so that many escape what else the machine does. */
  readonly readRounds: RoundCounts;
  /** Rounds of cases that write. */
  readonly writeRounds: RoundCounts;
  /** Rounds of cases that take long. */
  readonly longRounds: RoundCounts;
  /** Rounds in the browser, which compiles what is called often only by and by, as Node does. */
  readonly pageRounds: RoundCounts;
  /** Whether ours is compared with everybody, or only with the opponent that matters most. */
  readonly allOpponents: boolean;
  /** How many entries a cache has whose opening and memory are looked at; 0 leaves that out. */
  readonly manyEntries: number;
}

/** Everything: a quarter of an hour or so. */
export const full: Scale = {
  entries: 100_000,
  memoryEntries: 10_000,
  pageEntries: 100_000,
  readRounds: { warmUp: 30, counted: 201 },
  writeRounds: { warmUp: 25, counted: 41 },
  longRounds: { warmUp: 1, counted: 5 },
  pageRounds: { warmUp: 15, counted: 21 },
  allOpponents: true,
  manyEntries: 1_000_000,
};

/** About a minute. */
export const quick: Scale = {
  entries: 100_000,
  memoryEntries: 10_000,
  pageEntries: 20_000,
  readRounds: { warmUp: 15, counted: 75 },
  writeRounds: { warmUp: 25, counted: 15 },
  longRounds: { warmUp: 0, counted: 2 },
  pageRounds: { warmUp: 10, counted: 11 },
  allOpponents: false,
  manyEntries: 0,
};

/** A count in few characters: `100k`, `1M`. */
export function short(count: number): string {
  if (count >= 1_000_000 && count % 1_000_000 === 0) return `${count / 1_000_000}M`;
  return count >= 1000 && count % 1000 === 0 ? `${count / 1000}k` : String(count);
}
