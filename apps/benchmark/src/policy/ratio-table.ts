import { contenderNames } from "./contenders.ts";
import type { HitRatios } from "./hit-ratios.ts";

const headings = ["trace", "requests", "keys", "size", ...contenderNames];

/** Hit ratios as lines of Markdown: what stands below each other is in line, so that it reads well as it is. */
export function ratioTable(results: readonly HitRatios[]): string[] {
  const rows = results.map(({ trace, requests, distinctKeys, size, percent }) => [
    trace,
    ...[requests, distinctKeys, size].map(String),
    ...contenderNames.map((name) => percent[name].toFixed(2)),
  ]);
  const widths = headings.map((heading, at) => Math.max(heading.length, 3, ...rows.map((row) => row[at]?.length ?? 0)));
  const line = (cells: readonly string[]): string => {
    const padded = widths.map((width, at) => (at === 0 ? (cells[at] ?? "").padEnd(width) : (cells[at] ?? "").padStart(width)));
    return `| ${padded.join(" | ")} |`;
  };
  const rule = widths.map((width, at) => (at === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`));
  return [line(headings), line(rule), ...rows.map(line)];
}
