import { bytesText, countText, durationText, factorText, printable } from "./human-units.ts";
import { entriesOf, type JobResult } from "./job.ts";
import type { Problem, ProblemKind } from "./problems.ts";
import { type Column, textTable } from "./text-table.ts";

const columns: readonly Column[] = [
  { title: "store", align: "left" },
  { title: "files", align: "right" },
  { title: "directories", align: "right" },
  { title: "hashed", align: "right" },
  { title: "cold", align: "right" },
  { title: "warm", align: "right" },
  { title: "speed-up", align: "right" },
  { title: "bytes/entry", align: "right" },
  { title: "equal", align: "left" },
];

/** The results for people: a table, what it doesn't say, and the problems. */
export function textReport(results: readonly JobResult[]): string {
  const notes = results.flatMap(notesOn);
  const problems = problemsText(results.flatMap((result) => result.problems));
  return [textTable(columns, results.map(rowOf)), notes.join("\n"), problems].filter((part) => part !== "").join("\n\n");
}

function rowOf({ store, first, coldMs, second, warmMs, comparison, cacheBytesPerEntry }: JobResult): string[] {
  return [
    store,
    countText(second.kinds.get("file") ?? 0),
    countText(second.kinds.get("directory") ?? 0),
    bytesText(first.bytesHashed),
    durationText(coldMs),
    durationText(warmMs),
    factorText(coldMs / warmMs),
    countText(cacheBytesPerEntry),
    comparison.differences.length === 0 ? "yes" : "NO",
  ];
}

function notesOn({ store, first, second, comparison }: JobResult): string[] {
  const { compared, changed, differences } = comparison;
  const notes: string[] = [];
  if (first.met > 0)
    notes.push(
      `${store}: the first pass met ${countText(first.met)} entries of an earlier run and took over ${countText(first.reused)} hashes.`,
    );
  const read = second.bytesRead === 0 ? "nothing" : `${bytesText(second.bytesRead)} of what had changed`;
  const verdict = differences.length === 0 ? "equals" : "DIFFERS FROM";
  notes.push(
    `${store}: the second pass read ${read}; the cache of ${countText(entriesOf(second))} entries ${verdict} a fresh scan of ${countText(compared)}.`,
  );
  if (changed > 0) notes.push(`${store}: changed meanwhile and looked at again: ${countText(changed)}.`);
  return [...notes, ...differencesText(differences)];
}

/** How many differences are told. */
const DIFFERENCES_SHOWN = 10;

/** The first differences between a cache and a fresh scan, a line each. */
export function differencesText(differences: JobResult["comparison"]["differences"]): string[] {
  const lines = differences.slice(0, DIFFERENCES_SHOWN).map(({ path, difference }) => `  ${printable(path)}: ${difference}`);
  const more = differences.length - lines.length;
  return more > 0 ? [...lines, `  and ${countText(more)} more`] : lines;
}

const headings: Record<ProblemKind, string> = {
  unreadable: "can't be read",
  vanished: "vanished meanwhile",
  changing: "kept changing",
  special: "sockets, fifos and devices, never opened",
  loop: "links that lead back to themselves or a folder above, not followed",
  name: "names that aren't UTF-8, kept byte by byte",
  "too long": "paths longer than a key may be, left out",
  pseudo: "pseudo file systems, not entered",
  "own cache": "the cache itself, left out",
};

const EXAMPLES = 3;

/** The problems by kind, each told once however many stores met it; empty when there is none. */
function problemsText(problems: readonly Problem[]): string {
  const lines = Object.entries(headings).flatMap(([kind, heading]) => {
    const paths = new Set(problems.filter((problem) => problem.kind === kind).map(({ path }) => path));
    if (paths.size === 0) return [];
    const examples = [...paths].slice(0, EXAMPLES).map(printable);
    const more = paths.size > EXAMPLES ? ` and ${countText(paths.size - EXAMPLES)} more` : "";
    return [`  ${countText(paths.size)} × ${heading}: ${examples.join(", ")}${more}`];
  });
  return lines.length === 0 ? "" : ["Problems, none of them fatal:", ...lines].join("\n");
}
