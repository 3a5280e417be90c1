import { MAX_EXPIRES_AT } from "./limits.ts";
import type { EncodedKey, IndexEntry } from "./entry.ts";
import type { TouchOperation } from "./operation.ts";

/** A lifetime: positive milliseconds, `Infinity`, or a number with a unit such as `"250ms"`, `"30s"`, `"5m"`, `"12h"`, `"30d"`, `"2w"`. */
export type Ttl = number | `${number}${"ms" | "s" | "m" | "h" | "d" | "w"}`;

/** The system index that lists rows by deadline. */
export const EXPIRY_INDEX = 0;

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** A lifetime in milliseconds. Throws a `TypeError` for anything that isn't a positive duration. */
export function ttlMs(ttl: Ttl, name = "ttl"): number {
  const ms = typeof ttl === "string" ? parse(ttl) : ttl;
  if (typeof ms === "number" && ms > 0) return ms;
  throw new TypeError(`${name} must be a positive number of milliseconds or a string such as "5m"`);
}

/** How long expired entries are kept, in milliseconds: a lifetime, or 0. Throws a `TypeError` for anything else. */
export function staleMs(staleFor: Ttl, name = "staleFor"): number {
  return staleFor === 0 ? 0 : ttlMs(staleFor, name);
}

function parse(text: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d|w)$/.exec(text) ?? [];
  return amount === undefined || unit === undefined ? Number.NaN : Number(amount) * (unitMs[unit] ?? Number.NaN);
}

/** The deadline of an entry that lives `ttl` milliseconds from `now`: whole epoch milliseconds, `Infinity` for never. */
export function deadline(now: number, ttl: number): number {
  const expiresAt = Math.ceil(now + ttl);
  return expiresAt > MAX_EXPIRES_AT ? Number.POSITIVE_INFINITY : expiresAt;
}

/** How long a row lives. */
export interface Life {
  /** Epoch milliseconds, or `Infinity`. */
  readonly expiresAt: number;
  /** For how many milliseconds each read makes it live on; 0 when reads don't. */
  readonly lifetime: number;
}

/** A deadline as an index entry's bytes: eight bytes, the greatest first. */
export function deadlineBytes(expiresAt: number): Uint8Array {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, Math.floor(expiresAt / 2 ** 32));
  view.setUint32(4, expiresAt >>> 0);
  return bytes;
}

/** The deadline that an index entry's bytes stand for. */
export function deadlineOf(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return view.getUint32(0) * 2 ** 32 + view.getUint32(4);
}

/** What the entries of all deadlines up to and including `now` are below. */
export function dueBound(now: number): Uint8Array {
  return deadlineBytes(Math.floor(now) + 1);
}

const none: readonly IndexEntry[] = [];

/** The expiry index's entries for a row: one, or none when it never expires. */
export function expiryEntries(expiresAt: number): readonly IndexEntry[] {
  return expiresAt === Number.POSITIVE_INFINITY ? none : [{ index: EXPIRY_INDEX, bytes: deadlineBytes(expiresAt) }];
}

/** Moves a live row's deadline. */
export function expiring(table: number, key: EncodedKey, expiresAt: number): TouchOperation {
  return { type: "touch", table, key, expiresAt, indexes: [EXPIRY_INDEX], entries: expiryEntries(expiresAt) };
}

/** A deadline as it is told: `undefined` for never. */
export function finite(expiresAt: number): number | undefined {
  return expiresAt === Number.POSITIVE_INFINITY ? undefined : expiresAt;
}
