import type { Cache } from "@cache/core";
import { type CachedEntry, cachedEntries } from "./cached-entries.ts";
import { ContentReader } from "./content-reader.ts";
import { EntryWriter } from "./entry-writer.ts";
import { type CachedValue, differingFields, type FileEntry, holdsStill, type Kind } from "./file-entry.ts";
import { type Location, compareParts } from "./location.ts";
import type { Found } from "./look.ts";
import { mapAhead } from "./map-ahead.ts";
import type { Meter } from "./meter.ts";
import { type Pair, pairUp } from "./pair-up.ts";
import type { Scan } from "./scan.ts";
import { walk } from "./walk.ts";

/** How many files are read at once, and how many entries may wait behind a large one. */
const READING = { concurrency: 16, ahead: 512 } as const;

/** What one pass over a folder did. */
export interface Pass {
  /** How many of each kind are in the folder. */
  readonly kinds: ReadonlyMap<Kind, number>;
  /** Entries that were in the cache before. */
  readonly met: number;
  /** Files whose content identity was taken from the cache. */
  readonly reused: number;
  /** Entries written or deleted. */
  readonly changes: number;
  /** Bytes of content read, those of files that changed meanwhile included. */
  readonly bytesRead: number;
  /** The sizes of the files that were read whole. */
  readonly bytesHashed: number;
}

/**
 * Brings the cache in line with the folder: every file and directory gets its entry, files are read unless their cached entry still holds,
 * entries of what is gone are deleted. Folder and cache are gone through side by side, both in the order of keys, so memory doesn't grow
 * with their size. What is done when the scan's signal ends it is in the cache; then this throws the signal's reason.
 */
export async function indexFolder(cache: Cache<CachedValue>, root: Location, scan: Scan, meter: Meter): Promise<Pass> {
  const reader = new ContentReader(scan, (bytes) => meter.read(bytes));
  const writer = new EntryWriter(cache);
  const kinds = new Map<Kind, number>();
  let met = 0;
  let reused = 0;
  const pairs = pairUp(walk(root, scan), cachedEntries(cache, scan.signal), (found, cached) =>
    compareParts(found.location.parts, cached.parts),
  );
  const updates = mapAhead(pairs, (pair) => unlessAborted(updateFor(pair, root, reader), scan.signal), READING);
  try {
    for await (const update of updates) {
      if (!update) continue;
      const { before, after } = update;
      if (before) met++;
      if (after) {
        kinds.set(after.kind, (kinds.get(after.kind) ?? 0) + 1);
        // Taken over, it is the very same list of bytes: times may be alike by chance.
        const isReused = after.sha256 !== undefined && before?.sha256 === after.sha256;
        if (isReused) reused++;
        meter.entry(after.kind === "file" && (isReused || !after.sha256) ? after.size : 0);
      }
      await write(writer, update);
    }
  } finally {
    await writer.flush();
  }
  return { kinds, met, reused, changes: writer.changes, bytesRead: reader.bytesRead, bytesHashed: reader.bytesHashed };
}

/** What the cache has, and should have, at a location. */
interface Update {
  readonly location: Location;
  readonly before: FileEntry | undefined;
  readonly after: FileEntry | undefined;
}

/** `undefined` for work that an abort cut short, so that what was finished behind it is still written. */
async function unlessAborted(update: Promise<Update>, signal: AbortSignal): Promise<Update | undefined> {
  try {
    return await update;
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

async function updateFor([found, cached]: Pair<Found, CachedEntry>, root: Location, reader: ContentReader): Promise<Update> {
  if (!found) return { location: root.at(cached.parts), before: cached.entry, after: undefined };
  return { location: found.location, before: cached?.entry, after: await complete(found, cached?.entry, reader) };
}

/** The entry to keep for what was found: with the content identity that is cached, if it still holds, or a new one. */
export async function complete(
  { location, entry }: Found,
  cached: FileEntry | undefined,
  reader: ContentReader,
): Promise<FileEntry | undefined> {
  if (entry.kind !== "file") return entry;
  if (cached?.sha256 && cached.readAt !== undefined && holdsStill(cached, entry))
    return { ...entry, sha256: cached.sha256, readAt: cached.readAt };
  return reader.identify(location, entry);
}

async function write(writer: EntryWriter, { location, before, after }: Update): Promise<void> {
  if (!after) {
    if (before) await writer.delete(location);
  } else if (!before || before.readAt !== after.readAt || differingFields(before, after).length > 0) await writer.set(location, after);
}
