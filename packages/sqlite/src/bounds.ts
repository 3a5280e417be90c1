import type { ByteRange } from "@cache/core/spi";
import { boundHigh, boundLow } from "./bound-bytes.ts";
import { INDEX_BYTES, TABLE_BYTES } from "./layout.ts";
import { parameter } from "./parameter.ts";

/** From where to where a range reaches. Valid until the next range is made. */
export type Bounds = readonly [low: Uint8Array, high: Uint8Array];

/** Behind all rows and lines: longer than any of them, and all of the greatest byte. */
const end: Uint8Array = Buffer.alloc(2048, 0xff);

const nothing = new Uint8Array();

/** A condition on a column, `Bounds` being its parameters. */
export function conditionOf({ gt, lt, lte }: ByteRange, column: string): string {
  return `${column} ${gt ? ">" : ">="} ${parameter} AND ${column} ${lte && !lt ? "<=" : "<"} ${parameter}`;
}

/** A range of a table's rows. */
export function rowBounds(table: number, { gt, gte, lt, lte }: ByteRange): Bounds {
  const high = lt ?? lte;
  return [boundLow.row(table, gt ?? gte ?? nothing), high ? boundHigh.row(table, high) : endOf(table, TABLE_BYTES)];
}

/** A range of an index's lines. */
export function lineBounds(table: number, index: number, { gt, gte, lt, lte }: ByteRange): Bounds {
  const high = lt ?? lte;
  return [
    boundLow.line(table, index, gt ?? gte ?? nothing),
    high ? boundHigh.line(table, index, high) : endOf(table * 2 ** 16 + index, INDEX_BYTES),
  ];
}

/** Where a table's rows, or an index's lines, end: at the next number. */
function endOf(number: number, size: number): Uint8Array {
  if (number === 2 ** (8 * size) - 1) return end;
  const next = boundHigh.room(size);
  next.writeUIntBE(number + 1, 0, size);
  return next;
}
