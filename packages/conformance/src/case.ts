import type { Face } from "@cache/core";
import { AssertionError } from "./assert.ts";
import { runScenario } from "./case-run.ts";
import { type Harness, meets } from "./harness.ts";
import type { Scenario, Variant } from "./scenario.ts";
import { scenarios as all } from "./scenarios.ts";

/** One scenario in one variant on one face: what a test runner runs. */
export interface Case {
  /** For people: the scenario's key and title, the variant and the face. */
  readonly name: string;
  /** `scenario@variant`. */
  readonly key: string;
  readonly scenario: Scenario;
  readonly variant: Variant;
  readonly face: Face;
  /** Whether the harness says that it must fail. */
  readonly isKnownGap: boolean;
  /** Passes or throws. A known gap passes when the scenario fails, and throws when it doesn't. */
  run(): Promise<void>;
}

/** Which of a harness's cases are wanted. */
export interface CaseFilter {
  readonly faces?: readonly Face[];
  readonly variants?: readonly Variant[];
  /** The beginning of the scenarios' keys. */
  readonly prefix?: string;
}

/** All cases of a harness. Throws when it names a known gap that is none of its cases. */
export function casesOf(harness: Harness, filter: CaseFilter = {}, scenarios: readonly Scenario[] = all): Case[] {
  const cases = harness.faces.flatMap((face) =>
    scenarios.flatMap((scenario) =>
      scenario.requires.every((requirement) => meets(harness, face, requirement))
        ? scenario.variants
            .filter((variant) => variant !== "reopened" || harness.reopens)
            .map((variant) => caseOf(harness, scenario, variant, face))
        : [],
    ),
  );
  const known = new Set(cases.flatMap(({ key, scenario }) => [key, scenario.key]));
  for (const gap of harness.knownGaps ?? [])
    if (!known.has(gap)) throw new TypeError(`${harness.name} has a known gap "${gap}", but the suite has no such case for it`);
  return cases.filter(
    ({ face, variant, key }) =>
      (filter.faces ?? harness.faces).includes(face) &&
      (filter.variants?.includes(variant) ?? true) &&
      key.startsWith(filter.prefix ?? ""),
  );
}

function caseOf(harness: Harness, scenario: Scenario, variant: Variant, face: Face): Case {
  const key = `${scenario.key}@${variant}`;
  const isKnownGap = [key, scenario.key].some((gap) => harness.knownGaps?.includes(gap));
  return {
    name: `${scenario.key}: ${scenario.title} (${variant}, ${face})`,
    key,
    scenario,
    variant,
    face,
    isKnownGap,
    run: () => (isKnownGap ? mustFail(harness, scenario, variant, face) : runScenario(harness, scenario, variant, face)),
  };
}

async function mustFail(harness: Harness, scenario: Scenario, variant: Variant, face: Face): Promise<void> {
  try {
    await runScenario(harness, scenario, variant, face);
  } catch {
    return;
  }
  throw new AssertionError(`"${scenario.key}" is a known gap of ${harness.name}, but passes: take it off the list`);
}
