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

/** Runs all cases of a harness, one after another, and reports by face. Its result survives JSON. */
export async function runConformance(
  harness: Harness,
  options: CaseOptions = {},
  scenarios: readonly Scenario[] = all,
): Promise<FaceReport[]> {
  const reports: FaceReport[] = [];
  for (const face of options.faces ?? harness.faces) {
    const knownGaps = new Set<string>();
    const failures: { case: string; message: string }[] = [];
    let passed = 0;
    for (const { key, name, scenario, isKnownGap, run } of casesOf(harness, { ...options, faces: [face] }, scenarios)) {
      try {
        await run();
        if (isKnownGap) knownGaps.add(harness.knownGaps?.includes(scenario.key) ? scenario.key : key);
        else passed++;
      } catch (error) {
        failures.push({ case: name, message: error instanceof Error ? error.message : String(error) });
      }
    }
    reports.push({ store: harness.name, face, passed, failed: failures.length, knownGaps: [...knownGaps], failures });
  }
  return reports;
}
