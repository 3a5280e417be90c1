import { type FileSystem, machineFileSystem } from "../src/file-system.ts";
import { Location } from "../src/location.ts";
import type { Meter } from "../src/meter.ts";
import { Problems } from "../src/problems.ts";
import type { Scan } from "../src/scan.ts";
import type { SampleFolder } from "./sample-folder.ts";

/**
 * A clock that is a minute ahead: for the explorer all that a test has just made is then old, and only what a test says has changed "since"
 * counts as changed.
 */
export const laterClock = (): number => Date.now() + 60_000;

/** A meter that nobody looks at. */
export const noMeter: Meter = { read() {}, entry() {} };

/** A scan of the machine's file system, or of one with faults put in. */
export function sampleScan(faults: Partial<FileSystem> = {}, others: Partial<Scan> = {}): Scan {
  return {
    fileSystem: { ...machineFileSystem, ...faults },
    problems: new Problems(),
    leftOut: new Set(),
    now: laterClock,
    signal: new AbortController().signal,
    ...others,
  };
}

/** The paths and kinds of a scan's problems. */
export function problemsOf({ problems }: Scan): string[] {
  return problems.list.map(({ kind, path }) => `${kind} ${path}`);
}

export function rootOf(folder: SampleFolder): Location {
  return Location.root(folder.path);
}

/** An error as the system throws it. */
export function systemError(code: string): Error {
  return Object.assign(new Error(code), { code });
}
