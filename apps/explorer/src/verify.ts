import type { Cache } from "@cache/core";
import { cachedEntries } from "./cached-entries.ts";
import { ContentReader } from "./content-reader.ts";
import type { CachedValue, FileEntry } from "./file-entry.ts";
import { freshScan } from "./fresh-scan.ts";
import { compareParts, type Location } from "./location.ts";
import type { Meter } from "./meter.ts";
import { pairUp } from "./pair-up.ts";
import type { Scan } from "./scan.ts";
import { differenceBetween, Settlement } from "./settlement.ts";

/** In what the cache and a fresh scan of the folder differ at one location. */
export interface Difference {
  readonly path: string;
  /** In words. */
  readonly difference: string;
}

/** The outcome of comparing a cache with a fresh scan. */
export interface Comparison {
  /** Entries of the fresh scan. */
  readonly compared: number;
  /** Entries that changed in the folder meanwhile, and were looked at again. */
  readonly changed: number;
  /** None when cache and folder are equal. */
  readonly differences: readonly Difference[];
}

/**
 * Compares a cache with the folder, entry by entry, in order and in both directions: everything in the folder is read anew, without asking
 * the cache. What differs because it changed since the last pass, which began at `since` (epoch milliseconds), is told apart.
 */
export async function compareWithFreshScan(
  cache: Cache<CachedValue>,
  root: Location,
  scan: Scan,
  { since, meter }: { readonly since: number; readonly meter: Meter },
): Promise<Comparison> {
  const reader = new ContentReader(scan, (bytes) => meter.read(bytes));
  const suspects: { readonly location: Location; readonly cached: FileEntry | undefined }[] = [];
  let compared = 0;
  const pairs = pairUp(freshScan(root, scan, reader), cachedEntries(cache, scan.signal), (scanned, cached) =>
    compareParts(scanned.location.parts, cached.parts),
  );
  for await (const [scanned, cached] of pairs) {
    if (scanned) {
      compared++;
      meter.entry(scanned.entry.kind === "file" && !scanned.entry.sha256 ? scanned.entry.size : 0);
    }
    if (differenceBetween(cached?.entry, scanned?.entry))
      suspects.push({ location: scanned ? scanned.location : root.at(cached.parts), cached: cached?.entry });
  }
  const settlement = new Settlement(cache, scan);
  const differences: Difference[] = [];
  for (const { location, cached } of suspects) {
    const difference = await settlement.settle(location, cached, since);
    if (difference) differences.push({ path: location.path, difference });
  }
  return { compared, changed: suspects.length - differences.length, differences };
}
