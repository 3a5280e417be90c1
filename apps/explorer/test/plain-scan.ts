import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";

/** What a cache should say of one thing in a folder, in a form that compares easily. */
export interface PlainEntry {
  readonly path: string;
  readonly size: number;
  readonly mode: number;
  readonly mtime: bigint;
  readonly inode: bigint;
  readonly target: string | undefined;
  readonly sha256: string | undefined;
}

/** The simplest scan of a folder there is, sharing nothing with the explorer's: an oracle for folders whose names are text. */
export function plainScan(folder: string, path = "."): PlainEntry[] {
  const absolute = join(folder, path);
  const stats = lstatSync(absolute, { bigint: true });
  const entry: PlainEntry = {
    path,
    size: Number(stats.size),
    mode: Number(stats.mode),
    mtime: stats.mtimeNs,
    inode: stats.ino,
    target: stats.isSymbolicLink() ? readlinkSync(absolute) : undefined,
    sha256: stats.isFile() ? createHash("sha256").update(readFileSync(absolute)).digest("hex") : undefined,
  };
  if (!stats.isDirectory()) return [entry];
  const names = readdirSync(absolute).toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return [entry, ...names.flatMap((name) => plainScan(folder, path === "." ? name : `${path}/${name}`))];
}
