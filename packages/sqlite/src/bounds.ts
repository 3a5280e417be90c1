import type { ByteRange } from "@cache/core/spi";

/** A range of bytes as a condition on a column. */
export interface Bounds {
  /** Begins with ` AND` unless it is empty. */
  readonly condition: string;
  readonly parameters: readonly Uint8Array[];
}

/** Puts a range into words. */
export function boundsOf({ gt, gte, lt, lte }: ByteRange, column: string): Bounds {
  const low = gt ?? gte;
  const high = lt ?? lte;
  const parameters: Uint8Array[] = [];
  let condition = "";
  if (low) {
    condition += ` AND ${column} ${gt ? ">" : ">="} ?`;
    parameters.push(low);
  }
  if (high) {
    condition += ` AND ${column} ${lt ? "<" : "<="} ?`;
    parameters.push(high);
  }
  return { condition, parameters };
}
