// Runs random histories on a store and on the model side by side, for as long as asked.
//
//   npm run fuzz -- --seconds 600
//   npm run fuzz -- --store lmdb --face sync --seed=42 --path 3:1:0
//   npm run fuzz -- --store lmdb --face sync --seed=42 --path 3:1:0 --bounded
import { parseArgs } from "node:util";
import { checkAgainstBoundedModel, checkAgainstModel, type Harness } from "@cache/conformance";
import { nodeHarnesses } from "./node-harnesses.ts";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    seed: { type: "string" },
    path: { type: "string" },
    store: { type: "string" },
    face: { type: "string" },
    bounded: { type: "boolean", default: false },
  },
});

function numberOf(text: string, name: string): number {
  const number = Number(text);
  if (!Number.isFinite(number)) throw new TypeError(`--${name} must be a number`);
  return number;
}

/** The stores and faces asked for; all of them unless told otherwise. */
function chosen(): [Harness, Harness["faces"][number]][] {
  const pairs = nodeHarnesses
    .filter(({ name }) => values.store === undefined || name === values.store)
    .flatMap((harness) => harness.faces.map((face): [Harness, typeof face] => [harness, face]))
    .filter(([, face]) => values.face === undefined || face === values.face);
  if (pairs.length > 0) return pairs;
  throw new TypeError(`there is no such store and face; the stores are: ${nodeHarnesses.map(({ name }) => name).join(", ")}`);
}

const pairs = chosen();
const seconds = numberOf(values.seconds, "seconds") / pairs.length / 2;
const seed = values.seed === undefined ? Date.now() % 2 ** 31 : numberOf(values.seed, "seed");
// First of all: what ends the process tells nothing.
console.log(`seed ${seed}`);
try {
  for (const [harness, face] of pairs) {
    const options = { runs: Number.MAX_SAFE_INTEGER, seconds, seed, path: values.path, shrinkSeconds: 60 };
    // A path leads through the histories of one model.
    const histories = values.bounded && values.path ? 0 : await checkAgainstModel(harness, face, options);
    const bounded = values.bounded || !values.path ? await checkAgainstBoundedModel(harness, face, options) : 0;
    console.log(
      `${harness.name}, ${face}: ${histories} histories and ${bounded} of a bounded table from seed ${seed} agree with the models`,
    );
  }
} catch (error) {
  // The message holds the history that differs, and how to repeat it.
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
