import { CacheError } from "./errors.ts";
import type { EncodedKey } from "./entry.ts";
import type { Key, KeyPart } from "./key.ts";
import { KEY_TAG } from "./key-encoder.ts";

/** The key that some bytes stand for; `skip` leaves out a namespace's. Throws `CACHE_CORRUPT` for bytes that no key has. */
export function decodeKey(bytes: EncodedKey, skip = 0): Key {
  const parts = decodeParts(bytes, skip, bytes.length);
  const [first] = parts;
  if (first === undefined) return damaged();
  return parts.length === 1 && !Array.isArray(first) ? first : parts;
}

/** The parts that the bytes from `start` to before `end` stand for. Throws `CACHE_CORRUPT` for bytes that no parts have. */
export function decodeParts(bytes: Uint8Array, start: number, end: number): KeyPart[] {
  const reader = new KeyReader(bytes, start);
  // Most keys have but one part, and a list that grows takes room for many.
  const parts: KeyPart[] = start < end ? [reader.part()] : [];
  while (reader.at < end) parts.push(reader.part());
  return parts;
}

/** Where the bits of a number are put together. */
const body = new DataView(new ArrayBuffer(8));

function damaged(): never {
  throw new CacheError("CACHE_CORRUPT", "stored bytes are no key");
}

class KeyReader {
  readonly #bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.at = at;
  }

  part(): KeyPart {
    const tag = this.#byte();
    switch (tag) {
      case KEY_TAG.null:
        return null;
      case KEY_TAG.false:
        return false;
      case KEY_TAG.true:
        return true;
      case KEY_TAG.number:
        return this.#double();
      case KEY_TAG.negative:
        return -this.#magnitude(0xff);
      case KEY_TAG.positive:
        return this.#magnitude(0);
      case KEY_TAG.string:
        return this.#string();
      case KEY_TAG.date:
        return new Date(this.#double());
      case KEY_TAG.bytes:
        return Uint8Array.from(this.#escaped());
      case KEY_TAG.list: {
        const parts: KeyPart[] = [];
        while (this.#bytes[this.at] !== 0) parts.push(this.part());
        this.at++;
        return parts;
      }
      default:
        return damaged();
    }
  }

  #byte(): number {
    return this.#bytes[this.at++] ?? damaged();
  }

  #double(): number {
    const high = this.#word();
    const low = this.#word();
    const isPositive = high >>> 31 === 1;
    body.setUint32(0, isPositive ? high ^ 0x8000_0000 : ~high);
    body.setUint32(4, isPositive ? low : ~low);
    return body.getFloat64(0);
  }

  #word(): number {
    return (this.#byte() << 24) | (this.#byte() << 16) | (this.#byte() << 8) | this.#byte();
  }

  #magnitude(flip: number): bigint {
    const length = ((this.#byte() ^ flip) << 8) | (this.#byte() ^ flip);
    let hex = "0";
    for (let index = 0; index < length; index++) hex += (this.#byte() ^ flip).toString(16).padStart(2, "0");
    return BigInt(`0x${hex}`);
  }

  #escaped(): number[] {
    const bytes: number[] = [];
    for (;;) {
      const byte = this.#byte();
      if (byte === 0) {
        if (this.#bytes[this.at] !== 0xff) return bytes;
        this.at++;
      }
      bytes.push(byte);
    }
  }

  #string(): string {
    let text = "";
    for (;;) {
      const byte = this.#byte();
      if (byte === 0) {
        if (this.#bytes[this.at] !== 0xff) return text;
        this.at++;
        text += "\0";
      } else if (byte < 0x80) text += String.fromCharCode(byte);
      else if (byte < 0xe0) text += String.fromCharCode(((byte & 0x1f) << 6) | this.#low());
      else if (byte < 0xf0) text += String.fromCharCode(((byte & 0x0f) << 12) | (this.#low() << 6) | this.#low());
      else
        text += String.fromCodePoint(Math.min(0x10_ffff, ((byte & 0x07) << 18) | (this.#low() << 12) | (this.#low() << 6) | this.#low()));
    }
  }

  #low(): number {
    return this.#byte() & 0x3f;
  }
}
