import type { BigIntStats } from "node:fs";
import { constants, lstat, open, readdir, readlink, stat, statfs } from "node:fs/promises";

/** A regular file that is open for reading. */
export interface OpenFile {
  stat(): Promise<BigIntStats>;
  /** Reads what comes next into the buffer's first `length` bytes; tells how many there were, 0 at the end. */
  read(buffer: Uint8Array, length: number): Promise<number>;
  close(): Promise<void>;
}

/**
 * What the explorer asks of a file system. Paths and names are bytes, because on most systems that is what they are: not every name is
 * text. Errors carry the system's `code`.
 */
export interface FileSystem {
  /** What is at a path itself, a link included. */
  lstat(path: Buffer): Promise<BigIntStats>;
  /** What a path leads to, through links. */
  stat(path: Buffer): Promise<BigIntStats>;
  /** The names in a directory, in no order. */
  readdir(path: Buffer): Promise<Buffer[]>;
  /** Where a link points to, as it is written there. */
  readlink(path: Buffer): Promise<Buffer>;
  /** Opens a file for reading. Fails for a link, and never waits for a writer as opening a fifo would. */
  open(path: Buffer): Promise<OpenFile>;
  /** The number that the kernel has for the type of the file system at a path; see statfs(2). */
  typeOf(path: Buffer): Promise<number>;
}

// Windows has neither of the last two.
const openFlags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** The file system of the machine. */
export const machineFileSystem: FileSystem = {
  lstat: (path) => lstat(path, { bigint: true }),
  stat: (path) => stat(path, { bigint: true }),
  readdir: (path) => readdir(path, { encoding: "buffer" }),
  readlink: (path) => readlink(path, { encoding: "buffer" }),
  async open(path) {
    const handle = await open(path, openFlags);
    return {
      stat: () => handle.stat({ bigint: true }),
      read: async (buffer, length) => (await handle.read(buffer, 0, length, null)).bytesRead,
      close: () => handle.close(),
    };
  },
  typeOf: async (path) => (await statfs(path)).type,
};

/** The code of a system error, `EACCES` and the like; `undefined` for other errors. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
