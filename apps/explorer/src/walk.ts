import { MAX_KEY_BYTES } from "@cache/core";
import { type Location, sortedNames } from "./location.ts";
import { type Found, look } from "./look.ts";
import { mapAhead } from "./map-ahead.ts";
import type { Scan } from "./scan.ts";

/** How many names of one directory are looked at at once. More only makes them wait for each other: the system has 4 threads for it. */
const LOOKS_AHEAD = 16;

/**
 * Everything in a folder, the folder itself first, in the order of the cache's keys: a directory, then all that is in it. No link is
 * followed, no file is opened. Holds the names of the directories that lead to where it is, not more.
 */
export async function* walk(root: Location, scan: Scan): AsyncGenerator<Found, void, undefined> {
  const top = await look(root, scan);
  if (!top) return;
  yield top;
  const levels = [inside(top, scan)];
  try {
    for (let level = levels.at(-1); level; level = levels.at(-1)) {
      scan.signal.throwIfAborted();
      const { done, value: found } = await level.next();
      if (done) levels.pop();
      else if (found) {
        yield found;
        if (found.names) levels.push(inside(found, scan));
      }
    }
  } finally {
    for (const level of levels) await level.return(undefined);
  }
}

/** What is in a directory, in order; `undefined` for what has vanished. */
function inside(directory: Found, scan: Scan): AsyncGenerator<Found | undefined, void, undefined> {
  return mapAhead(locationsIn(directory, scan), (location) => look(location, scan, directory), { concurrency: LOOKS_AHEAD });
}

/** Made one by one: a directory may have more names than there is room for locations. */
function* locationsIn({ location, names = [] }: Found, scan: Scan): Generator<Location, void, undefined> {
  for (const name of sortedNames(names)) {
    const below = location.child(name);
    if (isWanted(below, scan)) yield below;
  }
}

/** Whether a location is to be recorded; tells why not. */
function isWanted(location: Location, { problems, leftOut }: Scan): boolean {
  if (location.keyBytes > MAX_KEY_BYTES) {
    problems.add(location, "too long", `its path is longer than a key may be (${MAX_KEY_BYTES} bytes); left out with all that is in it`);
    return false;
  }
  if (leftOut.size > 0 && leftOut.has(location.absolute.toString())) {
    problems.add(location, "own cache", "it belongs to the cache that is being filled; left out");
    return false;
  }
  return true;
}
