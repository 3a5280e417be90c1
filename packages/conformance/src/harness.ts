import type { Face } from "@cache/core";
import type { Store } from "@cache/core/spi";

/** One place for data, empty when it is made: a folder, a database name, a piece of memory. */
export interface Fixture {
  /**
   * A store on the fixture's data, not yet opened. Each call makes a new one, unless the data lives in the store object itself, as it does
   * in memory: then each call gives that one.
   */
  store(): Store;
  /** Deletes the data. All stores on it are closed by then, or the scenario has failed. */
  dispose(): Promise<void> | void;
}

/** What the suite needs to know of a store. */
export interface Harness {
  /** The store's name, for messages and reports. */
  readonly name: string;
  /** The faces it serves: both when `capabilities.sync`, else `["async"]`. */
  readonly faces: readonly Face[];
  /** Whether data outlives `close`: the fixture's next store still has it. */
  readonly reopens: boolean;
  /** Whether several stores may be open on one fixture's data at once. */
  readonly shares: boolean;
  /** Whether these hear of each other what they do, as `capabilities.watch` must then say. Default `false`. */
  readonly watches?: boolean;
  /**
   * What the store is known not to do yet: keys of scenarios, or of single cases (`scenario@variant`). These must fail; one that passes is
   * reported as a failure, so that a mended gap is taken off the list.
   */
  readonly knownGaps?: readonly string[];
  create(): Promise<Fixture> | Fixture;
}

/** What a scenario asks of a harness. Where it isn't met, the scenario makes no case. */
export type Requirement = "sync" | "async" | "reopens" | "shares" | "watches";

/** Whether a harness on a face meets a requirement. */
export function meets(harness: Harness, face: Face, requirement: Requirement): boolean {
  switch (requirement) {
    case "sync":
    case "async":
      return face === requirement;
    case "reopens":
      return harness.reopens;
    case "shares":
      return harness.shares;
    case "watches":
      return harness.watches === true;
  }
}
