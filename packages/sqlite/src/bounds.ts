import type { ByteRange } from "@cache/core/spi";
import { parameter } from "./parameter.ts";

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
    condition += ` AND ${column} ${gt ? ">" : ">="} ${parameter}`;
    parameters.push(low);
  }
  if (high) {
    condition += ` AND ${column} ${lt ? "<" : "<="} ${parameter}`;
    parameters.push(high);
  }
  return { condition, parameters };
}
