import { checksum } from "../checksum.ts";
import type { KeyPart } from "../key.ts";
import type { Cursor } from "./query.ts";

/*
 * The cursor format, version 1, as base64url without padding:
 *
 *   4 bytes  XXH32 of all that follows, least byte first
 *   1 byte   format: 1
 *   1 byte   0, or 1 when rows come in reverse
 *   4 bytes  XXH32 of what the query asks, least byte first
 *   2 bytes  length of the index's name in bytes, least byte first; FFFF for the primary key
 *   …        the index's name in UTF-8
 *   …        where the last row given stands: its key, or its entry in the index followed by its key
 */
const FORMAT = 1;
const HEADER_BYTES = 12;
const NO_INDEX = 0xffff;

/** What a cursor says. */
export interface CursorPlace {
  /** The index that was read; `undefined` for the primary key. */
  readonly index: string | undefined;
  readonly reverse: boolean;
  /** A hash of what the query asks. */
  readonly query: number;
  readonly position: Uint8Array;
}

/** The text of a cursor. */
export function cursorOf({ index, reverse, query, position }: CursorPlace): Cursor {
  const name = new TextEncoder().encode(index ?? "");
  const bytes = new Uint8Array(HEADER_BYTES + name.length + position.length);
  const view = new DataView(bytes.buffer);
  bytes[4] = FORMAT;
  bytes[5] = reverse ? 1 : 0;
  view.setUint32(6, query, true);
  view.setUint16(10, index === undefined ? NO_INDEX : name.length, true);
  bytes.set(name, HEADER_BYTES);
  bytes.set(position, HEADER_BYTES + name.length);
  view.setUint32(0, checksum(view, 4, bytes.length), true);
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

/** What the text of a cursor says. Throws a `TypeError` for a text that is none. */
export function placeOf(cursor: Cursor): CursorPlace {
  const bytes = bytesOf(cursor);
  const view = new DataView(bytes.buffer);
  if (bytes.length < HEADER_BYTES || view.getUint32(0, true) !== checksum(view, 4, bytes.length)) throw noCursor();
  if (bytes[4] !== FORMAT) throw new TypeError("the cursor is of another release");
  const length = view.getUint16(10, true);
  const end = HEADER_BYTES + (length === NO_INDEX ? 0 : length);
  return {
    index: length === NO_INDEX ? undefined : new TextDecoder().decode(bytes.subarray(HEADER_BYTES, end)),
    reverse: bytes[5] === 1,
    query: view.getUint32(6, true),
    position: bytes.slice(end),
  };
}

/** A hash of what a query asks, given as parts. */
export function hashOf(query: readonly KeyPart[]): number {
  const bytes = new TextEncoder().encode(textOf(query));
  return checksum(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0, bytes.length);
}

/** A text that no other part has. */
function textOf(part: KeyPart): string {
  if (part instanceof Date) return `d${part.getTime()}`;
  if (part instanceof Uint8Array) return `x${part.join(".")}`;
  if (Array.isArray(part)) return `[${part.map(textOf).join()}]`;
  return typeof part === "bigint" ? `${part}n` : JSON.stringify(part) + (part === Infinity ? "+" : part === -Infinity ? "-" : "");
}

function bytesOf(cursor: Cursor): Uint8Array<ArrayBuffer> {
  if (typeof cursor !== "string" || !/^[\w-]*$/.test(cursor)) throw noCursor();
  try {
    const binary = atob(cursor.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(binary, (character) => character.charCodeAt(0));
  } catch (cause) {
    throw noCursor(cause);
  }
}

function noCursor(cause?: unknown): TypeError {
  return new TypeError("this is no cursor of a query's page", { cause });
}
