import type { Face } from "@cache/core";
import { AssertionError } from "./assert.ts";
import { type Circumstances, runScenario } from "./case-run.ts";
import { type Harness, meets } from "./harness.ts";
import type { ModelOptions } from "./model-run.ts";
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
  readonly run: () => Promise<void>;
}

/** Which of a harness's cases are wanted, and how. */
export interface CaseOptions {
  readonly faces?: readonly Face[];
  readonly variants?: readonly Variant[];
  /** How the keys of the scenarios begin. */
  readonly prefix?: string;
  /** For random histories. */
  readonly model?: ModelOptions;
}

/** All cases of a harness. Throws when it names a known gap that is none of its cases. */
export function casesOf(harness: Harness, options: CaseOptions = {}, scenarios: readonly Scenario[] = all): Case[] {
  const cases = harness.faces.flatMap((face) =>
    scenarios
      .filter(({ requires }) => requires.every((requirement) => meets(harness, face, requirement)))
      .flatMap((scenario) =>
        scenario.variants
          .filter((variant) => variant !== "reopened" || harness.reopens)
          .map((variant) => caseOf(harness, scenario, { variant, face, model: options.model })),
      ),
  );
  const known = new Set(cases.flatMap(({ key, scenario }) => [key, scenario.key]));
  for (const gap of harness.knownGaps ?? [])
    if (!known.has(gap)) throw new TypeError(`${harness.name} has a known gap "${gap}", but the suite has no such case for it`);
  const { faces, variants, prefix = "" } = options;
  return cases.filter(
    ({ face, variant, key }) => (faces?.includes(face) ?? true) && (variants?.includes(variant) ?? true) && key.startsWith(prefix),
  );
}

function caseOf(harness: Harness, scenario: Scenario, circumstances: Circumstances): Case {
  const { variant, face } = circumstances;
  const key = `${scenario.key}@${variant}`;
  const isKnownGap = [key, scenario.key].some((gap) => harness.knownGaps?.includes(gap));
  const run = (): Promise<void> => runScenario(harness, scenario, circumstances);
  return {
    name: `${scenario.key}: ${scenario.title} (${variant}, ${face})`,
    key,
    scenario,
    variant,
    face,
    isKnownGap,
    run: isKnownGap ? () => mustFail(run, `"${scenario.key}" is a known gap of ${harness.name}`) : run,
  };
}

async function mustFail(run: () => Promise<void>, what: string): Promise<void> {
  try {
    await run();
  } catch {
    return;
  }
  throw new AssertionError(`${what}, but it passes: take it off the list`);
}
