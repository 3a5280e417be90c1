import type { BigIntStats } from "node:fs";
import type { Location, Name } from "./location.ts";

/** What something in a folder is. */
export type Kind = "file" | "directory" | "link" | "socket" | "fifo" | "character device" | "block device" | "unknown";

/** What the cache holds for each file, directory or other thing in a folder. Times are nanoseconds since the epoch. */
export interface FileEntry {
  /** From the explored folder, names separated by `/`; `.` for the folder itself. The entry's key has the exact bytes. */
  readonly path: string;
  readonly name: string;
  readonly kind: Kind;
  /** Bytes. */
  readonly size: number;
  /** Type and permission bits, as in stat(2). */
  readonly mode: number;
  readonly mtime: bigint;
  readonly ctime: bigint;
  readonly birthtime: bigint;
  readonly inode: bigint;
  readonly device: bigint;
  /** Where a link points to, as it is written there. */
  readonly target?: Name;
  /** The content identity of a file: its SHA-256. Absent when the content could not be read whole. */
  readonly sha256?: Uint8Array;
  /** When reading the content began, in epoch milliseconds. */
  readonly readAt?: number;
}

/** What else the cache holds: which folder its entries are of. */
export interface FolderRecord {
  readonly kind: "folder";
  /** The absolute path. */
  readonly folder: string;
}

/** All that the cache holds. */
export type CachedValue = FileEntry | FolderRecord;

/** The entry of what is at a location, without its content. */
export function entryOf(location: Location, stats: BigIntStats, target?: Name): FileEntry {
  return {
    path: location.path,
    name: location.name,
    kind: kindOf(stats),
    size: Number(stats.size),
    mode: Number(stats.mode),
    mtime: stats.mtimeNs,
    ctime: stats.ctimeNs,
    birthtime: stats.birthtimeNs,
    inode: stats.ino,
    device: stats.dev,
    ...(target !== undefined && { target }),
  };
}

function kindOf(stats: BigIntStats): Kind {
  if (stats.isFile()) return "file";
  if (stats.isDirectory()) return "directory";
  if (stats.isSymbolicLink()) return "link";
  if (stats.isSocket()) return "socket";
  if (stats.isFIFO()) return "fifo";
  if (stats.isCharacterDevice()) return "character device";
  if (stats.isBlockDevice()) return "block device";
  return "unknown";
}

/** All fields but `readAt`, which tells of the explorer, not of the file. */
const compared = [
  "path",
  "name",
  "kind",
  "size",
  "mode",
  "mtime",
  "ctime",
  "birthtime",
  "inode",
  "device",
  "target",
  "sha256",
] as const satisfies readonly (keyof FileEntry)[];

/** The fields in which two entries of one location differ. */
export function differingFields(a: FileEntry, b: FileEntry): (keyof FileEntry)[] {
  return compared.filter((field) => !same(a[field], b[field]));
}

function same(a: unknown, b: unknown): boolean {
  return a instanceof Uint8Array && b instanceof Uint8Array ? Buffer.compare(a, b) === 0 : a === b;
}

/**
 * A file may be written twice between two ticks of the clock that its file system takes times from, so a file that was read this soon after
 * its last change may have changed again without a trace. In milliseconds; kernels tick every 1 to 10.
 */
export const TICK_MS = 50;

/** Whether what was read of a file still holds: same size, mtime and inode, and the mtime is proof enough. */
export function holdsStill(cached: FileEntry, now: FileEntry): boolean {
  return (
    cached.sha256 !== undefined &&
    cached.readAt !== undefined &&
    cached.kind === now.kind &&
    cached.size === now.size &&
    cached.mtime === now.mtime &&
    cached.inode === now.inode &&
    Math.abs(cached.readAt - Number(cached.mtime / 1_000_000n)) > TICK_MS
  );
}
