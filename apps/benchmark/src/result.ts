import { median } from "./median.ts";

/** A line of the report: what we take and what somebody else takes for the same. */
export interface Result {
  readonly name: string;
  /** The median of our rounds. */
  readonly ours: number;
  /** The median of theirs. */
  readonly theirs: number;
  /** `ours / theirs`. */
  readonly ratio: number;
  readonly unit: string;
  readonly against: string;
}

/** The least and the greatest of some figures. */
export interface Spread {
  readonly min: number;
  readonly max: number;
}

/** A result with what the table shows besides. */
export interface MeasuredResult extends Result {
  readonly spread?: { readonly ours: Spread; readonly theirs: Spread; readonly ratio: Spread };
}

/** The result of two sides' rounds in milliseconds; the rounds of the same place followed each other. */
export function resultOf(
  { name, unit, scale, against }: { name: string; unit: string; scale: number; against: string },
  oursMs: readonly number[],
  theirsMs: readonly number[],
): MeasuredResult {
  const [ours, theirs] = [median(oursMs) * scale, median(theirsMs) * scale];
  const ratios = oursMs.map((ms, at) => ms / (theirsMs[at] ?? Number.NaN));
  return {
    name,
    ours,
    theirs,
    ratio: ours / theirs,
    unit,
    against,
    spread: { ours: spreadOf(oursMs, scale), theirs: spreadOf(theirsMs, scale), ratio: spreadOf(ratios, 1) },
  };
}

function spreadOf(numbers: readonly number[], scale: number): Spread {
  return { min: Math.min(...numbers) * scale, max: Math.max(...numbers) * scale };
}

/** The document that `--json` prints, and nothing else. */
export function reportOf(results: readonly Result[]): { readonly results: readonly Result[] } {
  return {
    results: results.map(({ name, ours, theirs, ratio, unit, against }) => ({
      name,
      ours: rounded(ours),
      theirs: rounded(theirs),
      ratio: rounded(ratio),
      unit,
      against,
    })),
  };
}

/** Four significant digits: there is no more to the measurement. */
function rounded(number: number): number {
  return Number(number.toPrecision(4));
}
