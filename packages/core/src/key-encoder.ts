import { CacheError } from "./errors.ts";
import type { EncodedKey } from "./entry.ts";
import type { Key, KeyPart } from "./key.ts";
import { MAX_KEY_BYTES } from "./limits.ts";

/*
 * The key format, version 1. A key is the concatenation of its parts. Each part is a tag byte and a body; the order of the bytes is the
 * order of the keys, and the bytes of a list of parts are a prefix of those of every list that begins with it. The idea is that of
 * FoundationDB's tuple layer (apple/foundationdb, design/tuple.md) and of MyRocks' memcomparable format.
 *
 *   null 05 · false 10 · true 11
 *   number 20, then the IEEE 754 double in 8 bytes, greatest first: sign bit flipped if positive, all bits flipped if negative
 *   bigint 28 (negative) or 29: two bytes of length, then the magnitude, greatest byte first; all flipped if negative
 *   string 30, then generalized UTF-8 (a lone surrogate is three bytes) with 00 written as 00 FF, then 00
 *   Date 38, then epoch milliseconds as a number's body
 *   bytes 40, then the bytes with 00 written as 00 FF, then 00
 *   list 50, then its parts, then 00
 *
 * 00 is never a tag, so a terminator sorts before any continuation.
 */

/** The byte that begins each part, by its type. */
export const KEY_TAG = {
  null: 0x05,
  false: 0x10,
  true: 0x11,
  number: 0x20,
  negative: 0x28,
  positive: 0x29,
  string: 0x30,
  date: 0x38,
  bytes: 0x40,
  list: 0x50,
} as const;

/** Room for the longest key and the longest single write past it. */
const LONGEST_BYTES = MAX_KEY_BYTES + 16;

/** How much memory keys lie in one after the other: to give each bytes of its own takes twice the time. A key that is kept keeps it all. */
const ROOM_BYTES = 4 * LONGEST_BYTES;

let room = new Uint8Array(ROOM_BYTES);
let view = new DataView(room.buffer);
/** Where in the room the next key begins, and where it ends at the latest. */
let keyStart = 0;
let limit = MAX_KEY_BYTES;

function tooLong(): never {
  throw new CacheError("CACHE_KEY_TOO_LONG", `a key may be at most ${MAX_KEY_BYTES} bytes long when encoded; hash long parts`);
}

/** The bytes of a key. Throws a `TypeError` for what is no key, `CACHE_KEY_TOO_LONG` for more than `MAX_KEY_BYTES`. */
export function encodeKey(key: Key, prefix?: EncodedKey): EncodedKey {
  let end = keyStart;
  if (prefix !== undefined && prefix.length > 0) {
    room.set(prefix, keyStart);
    end += prefix.length;
  }
  if (Array.isArray(key)) {
    if (key.length === 0) throw new TypeError("a key needs at least one part");
    end = writeParts(key, end);
  } else end = writePart(key, end);
  if (end > limit) tooLong();
  return taken(end);
}

/**
 * The bytes of an index entry: those of a key, which may here have no part at all, and a terminator, so that none begins another. Without
 * the terminator (`isOpen`) they begin those of all entries that go on from these parts.
 */
export function encodeEntry(key: Key | readonly [], isOpen = false): Uint8Array {
  let end = Array.isArray(key) ? writeParts(key, keyStart) : writePart(key, keyStart);
  if (end > limit) tooLong();
  if (!isOpen) room[end++] = 0;
  return taken(end);
}

/** Takes the bytes from where the key begins up to its end out of the room: nothing overwrites them any more. */
function taken(end: number): Uint8Array {
  const bytes = new Uint8Array(room.buffer, keyStart, end - keyStart);
  keyStart = end;
  if (keyStart + LONGEST_BYTES > ROOM_BYTES) {
    room = new Uint8Array(ROOM_BYTES);
    view = new DataView(room.buffer);
    keyStart = 0;
  }
  limit = keyStart + MAX_KEY_BYTES;
  return bytes;
}

function writeParts(parts: readonly KeyPart[], start: number): number {
  let end = start;
  // A loop by position visits the holes of a sparse list, too, and refuses them.
  for (let at = 0; at < parts.length; at++) end = writePart(parts[at], end);
  return end;
}

function writePart(part: KeyPart | undefined, at: number): number {
  if (at > limit) tooLong();
  if (typeof part === "string") return writeString(part, at);
  if (typeof part === "number") {
    if (Number.isNaN(part)) throw new TypeError("NaN can't be part of a key");
    room[at] = KEY_TAG.number;
    return writeDouble(part, at + 1);
  }
  if (part === null) room[at] = KEY_TAG.null;
  else if (part === true) room[at] = KEY_TAG.true;
  else if (part === false) room[at] = KEY_TAG.false;
  else if (typeof part === "bigint") return writeBigint(part, at);
  else if (part instanceof Uint8Array) {
    room[at] = KEY_TAG.bytes;
    return writeBytes(part, at + 1);
  } else if (Array.isArray(part)) {
    room[at] = KEY_TAG.list;
    let end = at + 1;
    for (let index = 0; index < part.length; index++) end = writePart(part[index], end);
    if (end > limit) tooLong();
    room[end] = 0;
    return end + 1;
  } else if (part instanceof Date) {
    const time = part.getTime();
    if (Number.isNaN(time)) throw new TypeError("an invalid date can't be part of a key");
    room[at] = KEY_TAG.date;
    return writeDouble(time, at + 1);
  } else {
    const what = typeof part === "object" ? "an object that is no list, Date or Uint8Array" : typeof part;
    throw new TypeError(`${what} can't be part of a key; use null, booleans, numbers, bigints, strings, dates, bytes or lists of them`);
  }
  return at + 1;
}

function writeDouble(number: number, at: number): number {
  // Adding 0 turns −0 into 0.
  view.setFloat64(at, number + 0);
  const high = view.getUint32(at);
  if (high >>> 31 === 1) {
    view.setUint32(at, ~high);
    view.setUint32(at + 4, ~view.getUint32(at + 4));
  } else view.setUint32(at, high | 0x8000_0000);
  return at + 8;
}

function writeString(text: string, start: number): number {
  if (text.length > MAX_KEY_BYTES) tooLong();
  room[start] = KEY_TAG.string;
  let at = start + 1;
  for (let index = 0; index < text.length; index++) {
    if (at > limit) tooLong();
    let code = text.charCodeAt(index);
    if (code < 0x80) {
      room[at++] = code;
      if (code === 0) room[at++] = 0xff;
      continue;
    }
    if (code >= 0xd800 && code < 0xdc00) {
      const low = text.charCodeAt(index + 1);
      if (low >= 0xdc00 && low < 0xe000) {
        code = 0x1_0000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        index++;
      }
    }
    if (code < 0x800) room[at++] = 0xc0 | (code >> 6);
    else {
      if (code < 0x1_0000) room[at++] = 0xe0 | (code >> 12);
      else {
        room[at++] = 0xf0 | (code >> 18);
        room[at++] = 0x80 | ((code >> 12) & 0x3f);
      }
      room[at++] = 0x80 | ((code >> 6) & 0x3f);
    }
    room[at++] = 0x80 | (code & 0x3f);
  }
  room[at] = 0;
  return at + 1;
}

function writeBytes(bytes: Uint8Array, start: number): number {
  if (bytes.length > MAX_KEY_BYTES) tooLong();
  let at = start;
  for (const byte of bytes) {
    if (at > limit) tooLong();
    room[at++] = byte;
    if (byte === 0) room[at++] = 0xff;
  }
  room[at] = 0;
  return at + 1;
}

function writeBigint(part: bigint, start: number): number {
  const flip = part < 0n ? 0xff : 0;
  let hex = (part < 0n ? -part : part).toString(16);
  if (hex.length % 2 === 1) hex = `0${hex}`;
  const length = part === 0n ? 0 : hex.length / 2;
  if (start + 3 + length > limit) tooLong();
  room[start] = part < 0n ? KEY_TAG.negative : KEY_TAG.positive;
  room[start + 1] = (length >> 8) ^ flip;
  room[start + 2] = (length & 0xff) ^ flip;
  for (let index = 0; index < length; index++) room[start + 3 + index] = Number.parseInt(hex.slice(index * 2, index * 2 + 2), 16) ^ flip;
  return start + 3 + length;
}
