import { codeOf } from "./file-system.ts";
import type { Location } from "./location.ts";

/** What kept the explorer from recording something whole, or is worth knowing about it. Never fatal. */
export type ProblemKind = "unreadable" | "vanished" | "changing" | "special" | "loop" | "name" | "too long" | "pseudo" | "own cache";

/** One problem with one thing in the folder. */
export interface Problem {
  /** From the explored folder, as {@link Location.path}. */
  readonly path: string;
  readonly kind: ProblemKind;
  /** In words. */
  readonly problem: string;
}

/** The problems of a job, each told once, however many passes met it. */
export class Problems {
  readonly #byPlace = new Map<string, Problem>();

  add(location: Location, kind: ProblemKind, problem: string): void {
    const { path } = location;
    const place = `${kind}\0${path}`;
    if (!this.#byPlace.has(place)) this.#byPlace.set(place, { path, kind, problem });
  }

  /** Adds what a system error says about reading something. Throws what is no system error. */
  addError(location: Location, error: unknown): void {
    const code = codeOf(error);
    if (code === undefined) throw error;
    if (code === "ENOENT") this.add(location, "vanished", "it vanished while the folder was read");
    else this.add(location, "unreadable", `it can't be read: ${reasons[code] ?? "the system refuses"} (${code})`);
  }

  /** By path: the order in which they were met depends on what the system answered first. */
  get list(): readonly Problem[] {
    return [...this.#byPlace.values()].toSorted((a, b) => compare(a.path, b.path) || compare(a.kind, b.kind));
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

const reasons: Record<string, string> = {
  EACCES: "permission denied",
  EPERM: "not permitted",
  EIO: "input/output error",
  ENAMETOOLONG: "its path is longer than the system takes",
  EMFILE: "too many open files",
  EBUSY: "it is in use",
};
