import { createHash } from "node:crypto";
import { differingFields, entryOf, type FileEntry } from "./file-entry.ts";
import { codeOf } from "./file-system.ts";
import type { Location } from "./location.ts";
import type { Scan } from "./scan.ts";

/** The most bytes read at once, and so the memory that a file takes while it is read. */
const CHUNK_BYTES = 128 * 1024;

/** How often a file that changes while it is read is tried. */
const ATTEMPTS = 2;

/** One reading of a file: what it was when the reading ended, and its hash unless it changed meanwhile. */
interface Reading {
  readonly entry: FileEntry;
  readonly sha256: Uint8Array | undefined;
}

/** Reads files to learn their content identity, and counts what it reads. */
export class ContentReader {
  /** Bytes read so far. */
  bytesRead = 0;
  /** The sizes of the files that were read whole. */
  bytesHashed = 0;
  readonly #scan: Scan;
  readonly #onRead: (bytes: number) => void;
  readonly #buffers: Buffer[] = [];

  constructor(scan: Scan, onRead: (bytes: number) => void) {
    this.#scan = scan;
    this.#onRead = onRead;
  }

  /**
   * The entry of a file with its content identity. Without one if the file can't be read or keeps changing, which is then a problem of the
   * scan; `undefined` if it has vanished.
   */
  async identify(location: Location, found: FileEntry): Promise<FileEntry | undefined> {
    const { problems, now } = this.#scan;
    let entry = found;
    try {
      for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
        const readAt = now();
        const reading = await this.#read(location, entry);
        if (reading.sha256) {
          this.bytesHashed += entry.size;
          return { ...entry, sha256: reading.sha256, readAt };
        }
        ({ entry } = reading);
      }
    } catch (error) {
      // It was a file, and opening it says that it is a link.
      if (codeOf(error) !== "ELOOP") {
        problems.addError(location, error);
        return codeOf(error) === "ENOENT" ? undefined : entry;
      }
    }
    problems.add(location, "changing", "it changed each time while it was read; recorded without its content");
    return entry;
  }

  /** Reads as many bytes as the file is said to have, and compares what the system says of it before and after. */
  async #read(location: Location, before: FileEntry): Promise<Reading> {
    const file = await this.#scan.fileSystem.open(location.absolute);
    const buffer = this.#buffers.pop() ?? Buffer.allocUnsafeSlow(CHUNK_BYTES);
    try {
      const hash = createHash("sha256");
      // A file that grows is not read further: the comparison below will tell, and the reading always ends.
      let left = before.size;
      while (left > 0) {
        this.#scan.signal.throwIfAborted();
        const bytes = await file.read(buffer, Math.min(left, buffer.length));
        if (bytes === 0) break;
        hash.update(buffer.subarray(0, bytes));
        left -= bytes;
        this.bytesRead += bytes;
        this.#onRead(bytes);
      }
      const entry = entryOf(location, await file.stat());
      const whole = left === 0 && differingFields(before, entry).length === 0;
      return { entry, sha256: whole ? hash.digest() : undefined };
    } finally {
      this.#buffers.push(buffer);
      await file.close();
    }
  }
}
