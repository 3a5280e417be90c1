import type { ContentReader } from "./content-reader.ts";
import type { FileEntry } from "./file-entry.ts";
import type { Location } from "./location.ts";
import { type Found, look } from "./look.ts";
import { mapAhead } from "./map-ahead.ts";
import type { Scan } from "./scan.ts";
import { walk } from "./walk.ts";

/** A location and the entry that a scan made for it, content identity included. */
export interface Scanned {
  readonly location: Location;
  readonly entry: FileEntry;
}

/** Everything in a folder with its content identity, in the order of keys, read anew: no cache is asked. */
export async function* freshScan(root: Location, scan: Scan, reader: ContentReader): AsyncGenerator<Scanned, void, undefined> {
  const read = (found: Found): Promise<Scanned | undefined> => readContent(found, reader);
  for await (const scanned of mapAhead(walk(root, scan), read, { concurrency: 16, ahead: 512 })) if (scanned) yield scanned;
}

/** The same for a single location; `undefined` when there is nothing. */
export async function scanOne(location: Location, scan: Scan, reader: ContentReader): Promise<FileEntry | undefined> {
  const found = await look(location, scan);
  return found && (await readContent(found, reader))?.entry;
}

async function readContent({ location, entry }: Found, reader: ContentReader): Promise<Scanned | undefined> {
  const identified = entry.kind === "file" ? await reader.identify(location, entry) : entry;
  return identified && { location, entry: identified };
}
