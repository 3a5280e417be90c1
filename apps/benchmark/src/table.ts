import type { MeasuredResult, Spread } from "./result.ts";
import { targets, verdictOn } from "./targets.ts";

/** The heading of the table. */
export const heading: string = line("name", "ours", "theirs", "unit", "ratio", "of rounds", "against");

/** A result as a line of the table: medians, and from where to where the ratios of single rounds went. */
export function tableLine({ name, ours, theirs, ratio, unit, against, spread }: MeasuredResult): string {
  return line(name, figure(ours), figure(theirs), unit, ratio.toFixed(2), spread ? range(spread.ratio) : "", against);
}

/** One line for each target that the results have something about. */
export function targetLines(results: readonly MeasuredResult[]): string[] {
  const verdicts = results.flatMap((result) => verdictOn(result) ?? []);
  return targets.flatMap((target) => {
    const verdict = verdicts.find((one) => one.target === target);
    if (!verdict) return [];
    const unit = target.of === "ratio" ? "×" : " ms more";
    const figures = `${verdict.figure.toFixed(2)}${unit}, at most ${target.atMost}${unit}`;
    return [`${verdict.isReached ? "reached" : "MISSED "}  ${target.name.padEnd(22)} ${figures.padEnd(36)} ${target.against}`];
  });
}

function line(...[name, ours, theirs, unit, ratio, spread, against]: [string, string, string, string, string, string, string]): string {
  const numbers = `${ours.padStart(9)} ${theirs.padStart(9)} ${unit.padEnd(9)} ${ratio.padStart(6)} ${spread.padStart(13)}`;
  return `${name.padEnd(24)} ${numbers}  ${against}`;
}

function figure(number: number): string {
  return number >= 100 ? number.toFixed(0) : number.toPrecision(3);
}

function range({ min, max }: Spread): string {
  return `${min.toFixed(2)} – ${max.toFixed(2)}`;
}
