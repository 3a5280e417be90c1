// The page that runs the suite in a browser: `runSuite("idb")` gives its reports.
import { type FaceReport, type Harness, memoryHarness, runConformance } from "@cache/conformance";
import { idbStore } from "@cache/idb";

const idbHarness: Harness = {
  name: "idb",
  faces: ["async"],
  reopens: true,
  shares: true,
  create() {
    const name = `conformance ${crypto.randomUUID()}`;
    return { store: () => idbStore({ name }), dispose: () => idbStore({ name }).destroy() };
  },
};

const harnesses = [memoryHarness, idbHarness];

function runSuite(store: string): Promise<FaceReport[]> {
  const harness = harnesses.find(({ name }) => name === store);
  if (!harness) throw new TypeError(`there is no store ${store} in a browser`);
  return runConformance(harness, { atOnce: 8 });
}

Object.assign(globalThis, { runSuite });
