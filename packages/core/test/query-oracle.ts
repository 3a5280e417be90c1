import { compareBytes } from "../src/byte-order.ts";
import type { KeyPart } from "../src/key.ts";
import { encodeEntry } from "../src/key-encoder.ts";

/*
 * Queries answered by going through a list of lines: a line is a row with its key, or with one of its entries in an index. Written from what
 * the documentation says; only the order of parts is that of the encoder.
 */

export interface Row {
  readonly id: number;
  readonly a?: number | string | undefined;
  readonly b?: string | undefined;
  readonly tags?: readonly string[] | undefined;
}

export type Field = keyof Row;

/** The fields of each order; `undefined` stands for the primary key. */
export const orders: Readonly<Record<string, readonly Field[]>> = {
  id: ["id"],
  a: ["a"],
  ab: ["a", "b"],
  tag: ["tags"],
  tagA: ["tags", "a"],
};

export interface Bound {
  readonly verb: "eq" | "in" | "prefix" | "gt" | "gte" | "lt" | "lte" | "match";
  /** Lists of parts; one for all but `in`. */
  readonly parts: readonly (readonly KeyPart[])[];
  readonly pattern: string;
}

export interface FieldTest {
  readonly field: Field;
  readonly verb: "eq" | "in" | "gt" | "gte" | "lt" | "lte" | "match";
  readonly parts: readonly KeyPart[];
  readonly pattern: string;
}

export interface Line {
  readonly row: Row;
  readonly parts: readonly KeyPart[];
}

export function elements(row: Row, field: Field): readonly KeyPart[] {
  const value = row[field];
  if (value === undefined) return [];
  return typeof value === "object" ? [...new Set(value)] : [value];
}

/** All lines of an order, in order. */
export function linesOf(rows: readonly Row[], order: string): readonly Line[] {
  const fields = orders[order] ?? [];
  const lines = rows.flatMap((row) => {
    let lists: (readonly KeyPart[])[] = [[]];
    for (const field of fields) lists = lists.flatMap((list) => elements(row, field).map((part) => [...list, part]));
    return lists.map((parts): Line => ({ row, parts }));
  });
  return lines.toSorted((one, other) => compare(one.parts, other.parts) || one.row.id - other.row.id);
}

export function isWithin({ parts }: Line, bounds: readonly Bound[]): boolean {
  const prefix = bounds.find(({ verb }) => verb === "prefix")?.parts[0] ?? [];
  return bounds.every(({ verb, parts: given, pattern }) => {
    const order = compare(parts, given[0] ?? []);
    switch (verb) {
      case "eq":
      case "in":
        return given.some((one) => compare(parts, one) === 0);
      case "prefix":
        return compare(parts.slice(0, prefix.length), prefix) === 0;
      case "match":
        return matches(parts[prefix.length], pattern);
      case "gt":
      case "gte":
      case "lt":
      case "lte":
        return isInOrder(verb, order);
    }
  });
}

export function holds({ field, verb, parts, pattern }: FieldTest, row: Row): boolean {
  return elements(row, field).some((value) => {
    switch (verb) {
      case "eq":
        return compare([value], [parts[0] ?? null]) === 0;
      case "in":
        return parts.some((part) => compare([value], [part]) === 0);
      case "match":
        return matches(value, pattern);
      case "gt":
      case "gte":
      case "lt":
      case "lte":
        return isInOrder(verb, compare([value], [parts[0] ?? null]));
    }
  });
}

function isInOrder(verb: "gt" | "gte" | "lt" | "lte", order: number): boolean {
  if (order === 0) return verb.endsWith("e");
  return verb.startsWith("g") === order > 0;
}

function matches(value: unknown, pattern: string): boolean {
  return typeof value === "string" && new RegExp(`^${pattern.replaceAll("*", ".*").replaceAll("?", ".")}$`, "su").test(value);
}

function compare(a: readonly KeyPart[], b: readonly KeyPart[]): number {
  return compareBytes(encodeEntry(a, true), encodeEntry(b, true));
}
