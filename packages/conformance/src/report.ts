import type { Face } from "@cache/core";
import { type CaseOptions, casesOf } from "./case.ts";
import type { Harness } from "./harness.ts";
import type { Scenario } from "./scenario.ts";
import { scenarios as all } from "./scenarios.ts";

/** What became of a harness's cases on one face. */
export interface FaceReport {
  readonly store: string;
  readonly face: Face;
  /** Cases that passed: scenarios times variants. Known gaps that fail, as they must, are in neither number. */
  readonly passed: number;
  /** Cases that failed, mended known gaps among them. */
  readonly failed: number;
  /** The harness's known gaps that came up on this face. */
  readonly knownGaps: readonly string[];
  readonly failures: readonly { readonly case: string; readonly message: string }[];
}

/** Which cases are run, and how. */
export interface ReportOptions extends CaseOptions {
  /** How many cases are under way at once: more than one where a store waits more than it works. Default 1. */
  readonly atOnce?: number;
}

/** Runs all cases of a harness and reports by face. Its result survives JSON. */
export async function runConformance(
  harness: Harness,
  { atOnce = 1, ...options }: ReportOptions = {},
  scenarios: readonly Scenario[] = all,
): Promise<FaceReport[]> {
  const reports: FaceReport[] = [];
  for (const face of options.faces ?? harness.faces) {
    const knownGaps = new Set<string>();
    const failures: { case: string; message: string }[] = [];
    let passed = 0;
    const cases = casesOf(harness, { ...options, faces: [face] }, scenarios).values();
    const runSome = async (): Promise<void> => {
      for (const { key, name, scenario, isKnownGap, run } of cases) {
        try {
          await run();
          if (isKnownGap) knownGaps.add(harness.knownGaps?.includes(scenario.key) ? scenario.key : key);
          else passed++;
        } catch (error) {
          failures.push({ case: name, message: error instanceof Error ? error.message : String(error) });
        }
      }
    };
    await Promise.all(Array.from({ length: atOnce }, runSome));
    reports.push({ store: harness.name, face, passed, failed: failures.length, knownGaps: [...knownGaps], failures });
  }
  return reports;
}
