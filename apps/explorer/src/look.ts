import type { BigIntStats } from "node:fs";
import { type FileEntry, entryOf } from "./file-entry.ts";
import { codeOf } from "./file-system.ts";
import { type Location, nameOf } from "./location.ts";
import { pseudoFileSystemName } from "./pseudo-file-system.ts";
import type { Scan } from "./scan.ts";

/** What was found at a location, without any file's content. */
export interface Found {
  readonly location: Location;
  readonly entry: FileEntry;
  /** The names in a directory; absent for all else, and for one that can't be listed or must not be entered. */
  readonly names?: readonly Buffer[];
  /** The directory that it is in; absent for the folder itself, and where only one location is looked at. */
  readonly parent?: Found | undefined;
}

/** What a second system call says when the thing is no longer what the first one saw. */
const replaced = new Set(["ENOENT", "ENOTDIR", "EINVAL", "ELOOP"]);

/**
 * Looks at one location: its entry, a link's target, the names in a directory. Answers `undefined` for what has vanished. What can't be
 * read, or is odd, becomes a problem of the scan; nothing of it is fatal.
 */
export async function look(location: Location, scan: Scan, parent?: Found): Promise<Found | undefined> {
  for (let attempt = 1; ; attempt++) {
    let stats: BigIntStats;
    try {
      stats = await scan.fileSystem.lstat(location.absolute);
    } catch (error) {
      scan.problems.addError(location, error);
      return undefined;
    }
    try {
      return await describe({ location, entry: entryOf(location, stats), parent }, scan);
    } catch (error) {
      // Something else may have taken its place between the two calls: then the first one, asked again, tells.
      if (attempt === 1 && replaced.has(codeOf(error) ?? "")) continue;
      scan.problems.addError(location, error);
      return { location, entry: entryOf(location, stats), parent };
    }
  }
}

/** Adds to what was found what takes a second call. */
async function describe(found: Found, scan: Scan): Promise<Found> {
  const { location, entry } = found;
  const { fileSystem, problems } = scan;
  const last = location.parts.at(-1);
  if (last !== undefined && typeof last !== "string") problems.add(location, "name", "its name isn't UTF-8; it is kept byte by byte");
  switch (entry.kind) {
    case "file":
      return found;
    case "link": {
      const target = nameOf(await fileSystem.readlink(location.absolute));
      await checkForLoop(found, scan);
      return { ...found, entry: { ...entry, target } };
    }
    case "directory": {
      if (found.parent?.entry.device !== entry.device) {
        const pseudo = pseudoFileSystemName(await fileSystem.typeOf(location.absolute));
        if (pseudo !== undefined) {
          problems.add(location, "pseudo", `it is a ${pseudo} file system, which has no files of its own; not entered`);
          return found;
        }
      }
      return { ...found, names: await fileSystem.readdir(location.absolute) };
    }
    case "socket":
    case "fifo":
    case "character device":
    case "block device":
    case "unknown":
      problems.add(location, "special", `it is a ${entry.kind === "unknown" ? "thing of unknown kind" : entry.kind}; never opened`);
      return found;
  }
}

/** Tells of a link that leads nowhere but around: to itself, or up to a directory that it is in. No link is ever followed. */
async function checkForLoop({ location, parent }: Found, { fileSystem, problems }: Scan): Promise<void> {
  let end: BigIntStats;
  try {
    end = await fileSystem.stat(location.absolute);
  } catch (error) {
    if (codeOf(error) === "ELOOP") problems.add(location, "loop", "it is a link that leads back to itself; not followed");
    // A link may lead to nothing, or to where nobody may look: that is for whoever follows it.
    return;
  }
  for (let above = parent; above; above = above.parent)
    if (above.entry.inode === end.ino && above.entry.device === end.dev) {
      problems.add(location, "loop", "it is a link that leads back to a folder it is in; not followed");
      return;
    }
}
