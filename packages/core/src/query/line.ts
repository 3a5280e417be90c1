import type { KeyPart } from "../key.ts";
import type { PageRow } from "../store.ts";
import type { RowOrder } from "./row-order.ts";

/** The orders that a line tells parts of: the one it is read in, and that of the keys. */
export interface LineOrders {
  readonly read: RowOrder;
  readonly keys: RowOrder;
}

/** A row as it is met in an order, and the parts that are told without its value. */
export class Line {
  readonly row: PageRow;
  readonly #orders: LineOrders;
  #parts: readonly KeyPart[] | undefined;
  #keyParts: readonly KeyPart[] | undefined;

  constructor(row: PageRow, orders: LineOrders) {
    this.row = row;
    this.#orders = orders;
  }

  /** The parts of the order that is read. */
  get parts(): readonly KeyPart[] {
    return (this.#parts ??= this.#orders.read.partsOf(this.row));
  }

  /** The parts of the row's key. */
  get keyParts(): readonly KeyPart[] {
    return (this.#keyParts ??= this.#orders.keys.partsOf(this.row));
  }

  /** Where it stands in the order that is read. */
  get position(): Uint8Array {
    return this.#orders.read.positionOf(this.row);
  }
}

/** Tells the value of a field from a line. */
export type FieldOfLine = (line: Line) => KeyPart | undefined;

/** The fields whose values lines tell just as the rows' values do. */
export function fieldsOfLines({ read, keys }: LineOrders): ReadonlyMap<string, FieldOfLine> {
  const fields = new Map<string, FieldOfLine>();
  for (const [at, path] of keys.fields?.entries() ?? []) fields.set(path, ({ keyParts }) => keys.fieldOf(keyParts, at));
  // An entry of a multi-entry index tells one element, and not that there are no others.
  if (!read.isMulti) for (const [at, path] of read.fields?.entries() ?? []) fields.set(path, ({ parts }) => read.fieldOf(parts, at));
  return fields;
}
