import { Packr } from "msgpackr";
import type { EncodedKey } from "../entry.ts";
import { CacheError } from "../errors.ts";
import { decodeKey } from "../key-decoder.ts";
import { MAX_EXPIRES_AT, MAX_KEY_BYTES, MAX_VERSION } from "../limits.ts";
import { damagedStream, type Frame } from "./frame.ts";
import type { GrowingBytes } from "./growing-bytes.ts";

/*
 * What frames hold (see `frame.ts`, and docs/export-format.md for all of it):
 *
 *   table   a MessagePack map: "name" (null for the default table), "version", "oldest", "key", "indexes"
 *   rows    one or more of
 *             2 bytes  length of the key
 *             2 bytes  version of the value's shape
 *             4 bytes  length of the fields
 *             4 bytes  length of the value
 *             …        the key, in the key format (`key-encoder.ts`)
 *             …        fields: nothing, or a MessagePack map; "expiresAt", "lifetime", "version" and "tags" so far
 *             …        the value, as MessagePack with msgpackr's extensions, and without record structures from elsewhere
 *   end     4 bytes of tables, 8 bytes of rows: how many the stream holds
 *
 * Readers pass over names in maps that they don't know.
 */
const ROW_HEAD_BYTES = 12;

/** Without shared structures a value's bytes depend on nothing but the value. */
const packr = new Packr({
  useRecords: true,
  structuredClone: true,
  copyBuffers: true,
  maxSharedStructures: 0,
  writeFunction: () => {
    throw new CacheError("CACHE_UNSUPPORTED", "a function can't be exported");
  },
});

/** What a stream says of a table before its rows. */
export interface TableHead {
  /** `null` for the default table. */
  readonly name: string | null;
  readonly version: number;
  /** The oldest version that values may have. */
  readonly oldest: number;
  /** How the key is declared, as text to compare; see `declarationOf`. */
  readonly key: string;
  readonly indexes: readonly { readonly name: string; readonly definition: string }[];
}

/** A row as it travels. */
export interface TransferRow {
  readonly key: EncodedKey;
  readonly value: unknown;
  /** The version of the value's shape. */
  readonly valueVersion: number;
  /** Epoch milliseconds, or `Infinity`. */
  readonly expiresAt: number;
  /** For how many milliseconds reads make it live on; 0 when they don't. */
  readonly lifetime: number;
  /** The version of the commit that wrote it, if it is told. */
  readonly version: number | undefined;
  /** In their order. */
  readonly tags: readonly string[];
}

/** How much a stream holds. */
export interface StreamCounts {
  tables: number;
  rows: number;
}

export function writeTableHead(out: GrowingBytes, { name, version, oldest, key, indexes }: TableHead): void {
  const list = indexes.map((index) => new Map(Object.entries({ name: index.name, definition: index.definition })));
  out.bytes(packr.pack(new Map<string, unknown>(Object.entries({ name, version, oldest, key, indexes: list }))));
}

export function writeRow(out: GrowingBytes, { key, value, valueVersion, expiresAt, lifetime, version, tags }: TransferRow): void {
  const fields = new Map<string, unknown>();
  if (expiresAt !== Number.POSITIVE_INFINITY) fields.set("expiresAt", expiresAt);
  if (lifetime !== 0) fields.set("lifetime", lifetime);
  if (version !== undefined) fields.set("version", version);
  if (tags.length > 0) fields.set("tags", tags);
  const packedFields = fields.size === 0 ? new Uint8Array(0) : packr.pack(fields);
  const packedValue = packr.pack(value);
  out.u16(key.length);
  out.u16(valueVersion);
  out.u32(packedFields.length);
  out.u32(packedValue.length);
  out.bytes(key);
  out.bytes(packedFields);
  out.bytes(packedValue);
}

export function writeEnd(out: GrowingBytes, { tables, rows }: StreamCounts): void {
  out.u32(tables);
  out.u64(rows);
}

/** What a frame says of a table. Throws `CACHE_CORRUPT` where it makes no sense. */
export function readTableHead({ bytes, start }: Frame): TableHead {
  const fields = unpackMap(bytes, start, bytes.length);
  const name = fields.get("name");
  const version = fields.get("version");
  const oldest = fields.get("oldest");
  const key = fields.get("key");
  const indexes = fields.get("indexes");
  if (name !== null && (typeof name !== "string" || name === "")) throw senseless();
  if (!isVersion(version) || !isVersion(oldest) || typeof key !== "string" || !Array.isArray(indexes)) throw senseless();
  return {
    name,
    version,
    oldest,
    key,
    indexes: indexes.map((index: unknown) => {
      const [one, definition] = index instanceof Map ? [index.get("name"), index.get("definition")] : [];
      if (typeof one !== "string" || typeof definition !== "string") throw senseless();
      return { name: one, definition };
    }),
  };
}

/** The rows of a frame. Throws `CACHE_CORRUPT` where they make no sense. */
export function* readRows({ bytes, start }: Frame): Generator<TransferRow, void> {
  const view = new DataView(bytes.buffer);
  for (let at = start; at < bytes.length;) {
    if (at + ROW_HEAD_BYTES > bytes.length) throw senseless();
    const fieldsAt = at + ROW_HEAD_BYTES + view.getUint16(at, true);
    const valueAt = fieldsAt + view.getUint32(at + 4, true);
    const end = valueAt + view.getUint32(at + 8, true);
    if (end > bytes.length) throw senseless();
    const valueVersion = view.getUint16(at + 2, true);
    const key = bytes.slice(at + ROW_HEAD_BYTES, fieldsAt);
    if (key.length === 0 || key.length > MAX_KEY_BYTES || valueVersion === 0) throw senseless();
    decodeKey(key);
    const fields = fieldsAt === valueAt ? undefined : unpackMap(bytes, fieldsAt, valueAt);
    const expiresAt = fields?.get("expiresAt") ?? Number.POSITIVE_INFINITY;
    const lifetime = fields?.get("lifetime") ?? 0;
    const version = fields?.get("version");
    const tags = fields?.get("tags") ?? [];
    if (!isDeadline(expiresAt) || !isLifetime(lifetime) || (version !== undefined && typeof version !== "number")) throw senseless();
    if (!isTags(tags)) throw senseless();
    yield { key, value: unpack(bytes, valueAt, end), valueVersion, expiresAt, lifetime, version, tags };
    at = end;
  }
}

export function readEnd({ bytes, start }: Frame): StreamCounts {
  if (bytes.length !== start + 12) throw senseless();
  const view = new DataView(bytes.buffer);
  return { tables: view.getUint32(start, true), rows: Number(view.getBigUint64(start + 4, true)) };
}

function unpack(bytes: Uint8Array, start: number, end: number): unknown {
  try {
    return packr.unpack(bytes, { start, end });
  } catch {
    // The packer's own message may quote the value.
    throw senseless();
  }
}

function unpackMap(bytes: Uint8Array, start: number, end: number): ReadonlyMap<unknown, unknown> {
  const map = unpack(bytes, start, end);
  if (!(map instanceof Map)) throw senseless();
  return map;
}

function isVersion(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= MAX_VERSION;
}

function isDeadline(value: unknown): value is number {
  return value === Number.POSITIVE_INFINITY || isLifetime(value);
}

function isLifetime(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= MAX_EXPIRES_AT;
}

function isTags(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((tag) => typeof tag === "string");
}

function senseless(): CacheError {
  return damagedStream("holds what no export writes");
}
