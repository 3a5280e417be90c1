import type { KeyPart } from "../key.ts";

/** How many names may follow the first in a path: one less with each, lest a type that holds itself has no end of paths. */
type Less = [0, 0, 1, 2];

/** What a path doesn't go into: values without fields of their own. */
type Opaque =
  | string
  | number
  | bigint
  | boolean
  | symbol
  | null
  | undefined
  | Date
  | RegExp
  | Error
  | ArrayBuffer
  | ArrayBufferView
  | ReadonlyMap<unknown, unknown>
  | ReadonlySet<unknown>
  | ((...input: never[]) => unknown);

/** The paths that go on below a value; those of a list's elements for a list. What lists within lists hold has no path. */
type Below<Value, Name extends string, Left extends number> = Left extends 0
  ? never
  : unknown extends Value
    ? `${Name}.${string}`
    : Value extends Opaque
      ? never
      : Value extends readonly (infer Item)[]
        ? BelowItem<Item, Name, Left>
        : `${Name}.${FieldPath<Value, Less[Left]>}`;

type BelowItem<Item, Name extends string, Left extends number> = unknown extends Item
  ? `${Name}.${string}`
  : Item extends Opaque | readonly unknown[]
    ? never
    : `${Name}.${FieldPath<Item, Less[Left]>}`;

/**
 * The fields of a value: their names, and dotted paths of up to four names to those of the objects within it, such as `"address.city"`. A path
 * into a list of objects means the field of each.
 */
export type FieldPath<Value, Left extends number = 3> = unknown extends Value
  ? string
  : Value extends unknown
    ? {
        [Name in keyof Value & string]: Name extends `${string}.${string}` ? never : Name | Below<Value[Name], Name, Left>;
      }[keyof Value & string]
    : never;

/** What stands at a path of a value; `undefined` where it may be missing. Lists on the way are gone through. */
export type FieldValue<Value, Path extends string> = unknown extends Value
  ? unknown
  : Value extends readonly (infer Item)[]
    ? Item extends readonly unknown[]
      ? undefined
      : OwnValue<Item, Path>
    : OwnValue<Value, Path>;

type OwnValue<Value, Path extends string> = unknown extends Value
  ? unknown
  : Value extends object
    ? Path extends `${infer Name}.${infer Rest}`
      ? Name extends keyof Value
        ? FieldValue<Value[Name], Rest> | (string extends keyof Value ? undefined : never)
        : undefined
      : Path extends keyof Value
        ? string extends keyof Value
          ? Value[Path] | undefined
          : Value[Path]
        : undefined
    : undefined;

/** Whether a path leads through a list. */
type IsInList<Value, Path extends string> = unknown extends Value
  ? false
  : Value extends object
    ? Path extends `${infer Name}.${infer Rest}`
      ? Name extends keyof Value
        ? Present<Value[Name]> extends readonly unknown[]
          ? true
          : IsInList<Value[Name], Rest>
        : false
      : false
    : false;

/** A value without what stands for its absence. */
export type Present<Value> = Exclude<Value, undefined>;

/** The fields that can be parts of a key. */
export type KeyField<Value> = {
  [Path in FieldPath<Value>]: unknown extends FieldValue<Value, Path>
    ? Path
    : [Present<FieldValue<Value, Path>>] extends [KeyPart]
      ? true extends IsInList<Value, Path>
        ? never
        : Path
      : never;
}[FieldPath<Value>];

/** What a field gives to a multi-entry index: the elements of a list, or the value itself. */
export type Elements<Value> = Value extends Uint8Array ? Value : Value extends readonly (infer Item)[] ? Item : Value;

/** The fields whose elements can be parts of a key. */
export type MultiField<Value> = {
  [Path in FieldPath<Value>]: unknown extends FieldValue<Value, Path>
    ? Path
    : [Present<Elements<FieldValue<Value, Path>>>] extends [KeyPart]
      ? Path
      : never;
}[FieldPath<Value>];

/** The fields that are numbers. */
export type NumberField<Value> = {
  [Path in FieldPath<Value>]: unknown extends FieldValue<Value, Path>
    ? Path
    : [Present<FieldValue<Value, Path>>] extends [number]
      ? Path
      : never;
}[FieldPath<Value>];

/** A path split into names. */
export type Steps = readonly string[];

/** Splits a dotted path. Throws a `TypeError` for an empty name. */
export function splitPath(path: string): Steps {
  const steps = path.split(".");
  if (steps.includes("")) throw new TypeError(`"${path}" is no path of field names`);
  return steps;
}

/** What stands at a path; `undefined` where something on the way is missing, or is a list. */
export function readField(value: unknown, path: Steps): unknown {
  let at = value;
  for (const name of path) at = fieldOf(at, name);
  return at;
}

/** All that stands at a path, where lists, on the way and at its end, stand for their elements. */
export function readElements(value: unknown, path: Steps): readonly unknown[] {
  let found: readonly unknown[] = elementsOf(value);
  for (const name of path) found = found.flatMap((one) => elementsOf(fieldOf(one, name)));
  return found.filter((one) => one !== undefined);
}

function elementsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

function fieldOf(value: unknown, name: string): unknown {
  // Only own fields count: not what objects inherit, nor the length of a text or a list.
  if (typeof value !== "object" || value === null || Array.isArray(value) || !Object.hasOwn(value, name)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}
