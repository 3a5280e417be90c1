import type { MeasuredResult, Spread } from "./result.ts";
import { targets, verdictOn } from "./targets.ts";

const widths = [24, 22, 22, 9, 5, 15] as const;

/** The heading of the table. */
export const heading: string = line("name", "ours (min – max)", "theirs (min – max)", "unit", "ratio", "(of rounds)", "against");

/** A result as a line of the table: medians, and from where to where the rounds went. */
export function tableLine({ name, ours, theirs, ratio, unit, against, spread }: MeasuredResult): string {
  return line(
    name,
    figure(ours) + range(spread?.ours, figure),
    figure(theirs) + range(spread?.theirs, figure),
    unit,
    ratio.toFixed(2),
    range(spread?.ratio, (number) => number.toFixed(2)),
    against,
  );
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

function line(...cells: [string, string, string, string, string, string, string]): string {
  return cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(" ");
}

/** Three significant digits. */
function figure(number: number): string {
  return number >= 100 ? number.toFixed(0) : number.toPrecision(3);
}

function range(spread: Spread | undefined, text: (number: number) => string): string {
  return spread ? ` (${text(spread.min)} – ${text(spread.max)})` : "";
}
