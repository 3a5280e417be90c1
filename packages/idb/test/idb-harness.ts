import type { Harness } from "@cache/conformance";
import { idbStore } from "@cache/idb";

/** The IndexedDB store; each fixture is a database of its own. */
export const idbHarness: Harness = {
  name: "idb",
  faces: ["async"],
  reopens: true,
  shares: true,
  watches: true,
  create() {
    const name = `conformance ${crypto.randomUUID()}`;
    return { store: () => idbStore({ name }), dispose: () => idbStore({ name }).destroy() };
  },
};
