const MAX_LENGTH = 400;

/** A value as text for a message: any kind, cut when it is long. */
export function show(value: unknown): string {
  const text = write(value, []);
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}… (${text.length} characters)` : text;
}

function write(value: unknown, above: readonly object[]): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (Object.is(value, -0)) return "-0";
  if (typeof value === "function") return "[function]";
  if (typeof value !== "object" || value === null) return String(value);
  if (above.includes(value)) return "[cycle]";
  if (above.length > 5) return "…";
  const inside = [...above, value];
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "Date(invalid)" : `Date(${value.toISOString()})`;
  if (value instanceof Error) return `${value.name}(${value.message})`;
  if (ArrayBuffer.isView(value))
    return `${value.constructor.name}(${hex(new Uint8Array(value.buffer, value.byteOffset, value.byteLength))})`;
  if (value instanceof ArrayBuffer) return `ArrayBuffer(${hex(new Uint8Array(value))})`;
  if (value instanceof Map) return `Map{${list(value, inside)}}`;
  if (value instanceof Set) return `Set{${list(value, inside)}}`;
  if (Array.isArray(value)) return `[${list(value, inside)}]`;
  const kind = Object.getPrototypeOf(value) === null ? "[no prototype] " : "";
  return `${kind}{${Object.entries(value)
    .map(([name, field]) => `${name}: ${write(field, inside)}`)
    .join(", ")}}`;
}

function list(values: Iterable<unknown>, above: readonly object[]): string {
  return Array.from(values, (value) => write(value, above)).join(", ");
}

/** Bytes as text, two digits each. */
export function hex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += byte.toString(16).padStart(2, "0");
  return text;
}
