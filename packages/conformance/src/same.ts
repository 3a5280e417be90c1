/**
 * Whether two values are alike in all that a value codec must keep: types and prototypes, −0 and NaN, the bytes behind views, the order of
 * maps and sets, the names of errors, and how references are shared (a cycle is a cycle of the same shape).
 */
export function same(a: unknown, b: unknown, met: Map<object, object> = new Map()): boolean {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return Object.is(a, b);
  const counterpart = met.get(a);
  if (counterpart !== undefined) return counterpart === b;
  met.set(a, b);
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  if (a instanceof Date && b instanceof Date) return Object.is(a.getTime(), b.getTime());
  if (a instanceof ArrayBuffer && b instanceof ArrayBuffer) return sameBytes(new Uint8Array(a), new Uint8Array(b));
  if (ArrayBuffer.isView(a) && ArrayBuffer.isView(b)) return sameBytes(bytesBehind(a), bytesBehind(b));
  if (a instanceof Map && b instanceof Map) return sameList([...a], [...b], met);
  if (a instanceof Set && b instanceof Set) return sameList([...a], [...b], met);
  if (a instanceof RegExp && b instanceof RegExp) return String(a) === String(b);
  if (a instanceof Error && b instanceof Error) return a.name === b.name && a.message === b.message && same(a.cause, b.cause, met);
  if (Array.isArray(a) && Array.isArray(b)) return sameList(a, b, met);
  return sameFields(a, b, met);
}

/** Whether two byte strings are equal, whatever arrays hold them. */
function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

function bytesBehind({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function sameList(a: readonly unknown[], b: readonly unknown[], met: Map<object, object>): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (!same(a[at], b[at], met)) return false;
  return true;
}

function sameFields(a: object, b: object, met: Map<object, object>): boolean {
  const fields = new Map(Object.entries(b));
  const entries = Object.entries(a);
  return entries.length === fields.size && entries.every(([name, value]) => fields.has(name) && same(value, fields.get(name), met));
}
