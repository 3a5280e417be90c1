import type { Cache } from "@cache/core";
import { ContentReader } from "./content-reader.ts";
import { type CachedValue, differingFields, type FileEntry, TICK_MS } from "./file-entry.ts";
import { scanOne } from "./fresh-scan.ts";
import { complete } from "./index-folder.ts";
import type { Location } from "./location.ts";
import { look } from "./look.ts";
import type { Scan } from "./scan.ts";

/** How often something that goes on changing is looked at. */
const ATTEMPTS = 3;

/**
 * Puts into words in what a cached entry differs from what a scan found; `undefined` when they are equal. A content that the scan could not
 * read is not compared: the scan told that as a problem.
 */
export function differenceBetween(cached: FileEntry | undefined, scanned: FileEntry | undefined): string | undefined {
  if (!cached) return scanned && "it is in the folder, but not in the cache";
  if (!scanned) return "it is in the cache, but not in the folder";
  const fields = differingFields(cached, scanned).filter((field) => field !== "sha256" || scanned.sha256);
  return fields.length === 0 ? undefined : `the cache differs from the folder in ${fields.join(", ")}`;
}

/**
 * Decides whether a difference between the cache and a fresh scan is the cache's fault, or the folder's for having changed meanwhile. Only
 * what the file system itself says changed since is excused: the thing's own ctime, which no program can set, or for what came or went that
 * of its directory. What is excused is brought in line as a pass would do it, and must then be equal.
 */
export class Settlement {
  readonly #cache: Cache<CachedValue>;
  readonly #scan: Scan;
  readonly #reader: ContentReader;
  /** Directories that were excused: what is in them may have come or gone with them. */
  readonly #excused = new Set<string>();

  constructor(cache: Cache<CachedValue>, scan: Scan) {
    this.#cache = cache;
    this.#scan = scan;
    this.#reader = new ContentReader(scan, () => {});
  }

  /**
   * Looks at one location again, of which the cache gave `before`. `since` is when the pass that should have brought it in line began, in
   * epoch milliseconds. Answers in what they differ, `undefined` when they don't. Directories have to be settled before what is in them.
   */
  async settle(location: Location, before: FileEntry | undefined, since: number): Promise<string | undefined> {
    let cached = before;
    let from = since;
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const scanned = await scanOne(location, this.#scan, this.#reader);
      const difference = differenceBetween(cached, scanned);
      if (!difference) {
        this.#excused.add(location.path);
        return undefined;
      }
      if (!(await this.#hasChanged(location, cached, scanned, from))) return difference;
      from = this.#scan.now();
      cached = await this.#bringInLine(location, cached);
    }
    this.#excused.add(location.path);
    this.#scan.problems.add(location, "changing", "it changed too often to be compared");
    return undefined;
  }

  async #hasChanged(location: Location, cached: FileEntry | undefined, scanned: FileEntry | undefined, since: number): Promise<boolean> {
    if (scanned && isSince(scanned, since)) return true;
    if (cached && scanned) return false;
    for (let above = location.parent; above; above = above.parent) {
      if (this.#excused.has(above.path)) return true;
      const directory = await look(above, this.#scan);
      if (directory) return isSince(directory.entry, since);
    }
    return false;
  }

  /** Does for one location what a pass does, and answers what the cache has then. */
  async #bringInLine(location: Location, cached: FileEntry | undefined): Promise<FileEntry | undefined> {
    const found = await look(location, this.#scan);
    const entry = found && (await complete(found, cached, this.#reader));
    if (entry) await this.#cache.set(location.key, entry);
    else await this.#cache.delete(location.key);
    const value = await this.#cache.get(location.key);
    return value?.kind === "folder" ? undefined : value;
  }
}

function isSince({ ctime }: FileEntry, since: number): boolean {
  return Number(ctime / 1_000_000n) >= since - TICK_MS;
}
