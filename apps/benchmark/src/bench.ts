import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { BenchCase } from "./bench-case.ts";
import { collectGarbage } from "./garbage.ts";
import { nextTurn } from "./next-turn.ts";
import { type MeasuredResult, resultOf } from "./result.ts";
import { alternate, type Participant, type RoundCounts, type Timed, timedRound } from "./rounds.ts";
import type { Scale } from "./scale.ts";

/** A comparison: one of ours with several of theirs, all in the same alternation. */
export interface Contest {
  readonly name: string;
  readonly unit: string;
  /** Multiplied by this, a round's milliseconds become the unit. */
  readonly scale: number;
  readonly writes?: boolean | undefined;
  readonly isLong?: boolean | undefined;
  readonly ours: Participant;
  /** The first of them is the one that a target speaks of. */
  readonly theirs: readonly Participant[];
  /** Other numbers of rounds than the scale's. */
  readonly rounds?: RoundCounts | undefined;
  /** Brings garbage to rest where the rounds take place, if that is elsewhere. */
  readonly collectGarbage?: (() => Promise<void>) | undefined;
}

/** How long the disk gets to write what the last round left it, in milliseconds. */
const diskRestMs = 10;

/** One run of the benchmark: what is asked for, where data goes, and what came out. */
export class Bench {
  readonly scale: Scale;
  readonly results: MeasuredResult[] = [];
  readonly #folder: string;
  readonly #only: readonly string[];
  readonly #report: (result: MeasuredResult) => void;

  /** `only` names results, or beginnings of their names; an empty list asks for all. `report` hears of each result when it is there. */
  constructor(scale: Scale, folder: string, only: readonly string[], report: (result: MeasuredResult) => void) {
    this.scale = scale;
    this.#folder = folder;
    this.#only = only;
    this.#report = report;
  }

  /** Whether a result is asked for. */
  wants(name: string): boolean {
    return this.#only.length === 0 || this.#only.some((only) => name.startsWith(only));
  }

  /** Whether any result is asked for whose name begins so. */
  wantsSome(beginning: string): boolean {
    return this.#only.length === 0 || this.#only.some((only) => only.startsWith(beginning) || beginning.startsWith(only));
  }

  /** A new folder for data. */
  folder(name: string): string {
    const folder = join(this.#folder, name);
    mkdirSync(folder);
    return folder;
  }

  add(result: MeasuredResult): void {
    this.results.push(result);
    this.#report(result);
  }

  /** Holds a contest if it is asked for. */
  async contest(contest: Contest): Promise<void> {
    const { name, unit, scale, writes, isLong, ours } = contest;
    const { readRounds, writeRounds, longRounds } = this.scale;
    if (!this.wants(name)) return;
    const theirs = this.scale.allOpponents ? contest.theirs : contest.theirs.slice(0, 1);
    collectGarbage({ type: "major" });
    const settle = async (): Promise<void> => {
      if (contest.collectGarbage) await contest.collectGarbage();
      else collectGarbage({ type: "minor" });
      if (writes) await pause(diskRestMs);
      // Whoever tidies up when nobody writes hears that so it is, as between the requests of an application.
      else await nextTurn();
    };
    const rounds = contest.rounds ?? (isLong ? longRounds : writes ? writeRounds : readRounds);
    const [oursMs = [], ...theirsMs] = await alternate([ours, ...theirs], rounds, settle);
    for (const [at, { name: against }] of theirs.entries()) this.add(resultOf({ name, unit, scale, against }, oursMs, theirsMs[at] ?? []));
  }

  /** Holds a contest of contenders in this process over a case. */
  async compare<C extends Timed>(name: string, benchCase: BenchCase<C>, ours: C, theirs: readonly C[]): Promise<void> {
    const participant = (contender: C): Participant => ({
      name: contender.name,
      round: (round) => timedRound(benchCase, contender, round),
    });
    await this.contest({ name, ...benchCase, ours: participant(ours), theirs: theirs.map(participant) });
  }
}
