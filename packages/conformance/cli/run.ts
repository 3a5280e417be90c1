import type { FaceReport } from "@cache/conformance";

/** Where a suite ran. */
export type Runtime = "node" | "chromium" | "firefox" | "webkit";

/** What became of one store on one face in one runtime. */
export interface Run extends FaceReport {
  readonly runtime: Runtime;
}
