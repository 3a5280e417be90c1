import { CacheError } from "../errors.ts";

/*
 * The frames of an export stream, version 1 of the format. docs/export-format.md describes it to the byte, with an example; what stands here
 * and in `frame-writer.ts`, `frame-reader.ts` and `frame-content.ts` must agree with it.
 *
 *   header   8 bytes  89 43 41 43 48 45 0D 0A
 *            4 bytes  the format's version
 *            4 bytes  XXH32 of the 12 bytes before
 *   frame    4 bytes  XXH32 of the frame with the checksum of what came before it in this place
 *            4 bytes  how many bytes follow
 *            1 byte   kind: 1 table, 2 rows, 3 end
 *            …        what the kind says
 *
 * As each checksum goes into the next, the last one is that of the whole stream, and frames can't be left out, repeated or exchanged.
 */

/** What an export begins with: "CACHE" between bytes that a transfer as text would change. */
export const MAGIC: Uint8Array = Uint8Array.of(0x89, 0x43, 0x41, 0x43, 0x48, 0x45, 0x0d, 0x0a);

/** The version of the format. */
export const FORMAT = 1;

/** How long the header is: magic, version, checksum. */
export const HEADER_BYTES = 16;

/** What stands before a frame's body: checksum and length. */
export const FRAME_HEAD_BYTES = 8;

/** The longest body: who meets a greater length reads damaged bytes. */
export const MAX_BODY_BYTES: number = 2 ** 30;

/** What a frame is about. */
export const FRAME_KIND = { table: 1, rows: 2, end: 3 } as const;

/** A frame whose checksum holds. */
export interface Frame {
  readonly kind: number;
  /** The whole frame. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where in it the content begins, after the kind. */
  readonly start: number;
}

/** What is thrown for a stream that isn't as an export wrote it. */
export function damagedStream(what: string): CacheError {
  return new CacheError("CACHE_CORRUPT", `the export ${what}; what was imported before stays, so import it again from a sound copy`);
}
