import { readField, splitPath } from "../table/field.ts";
import type { FieldOfLine, Line } from "./line.ts";
import type { Stage } from "./query-state.ts";

/** Runs a value through the stages of a query; `undefined` when it doesn't come through. `select` gives the fields of the value. */
export function passStages(
  stages: readonly Stage[],
  whole: unknown,
  select: (fields: readonly string[]) => unknown,
): { readonly value: unknown } | undefined {
  let value = whole;
  for (const stage of stages) {
    if ("fields" in stage) value = select(stage.fields);
    else if (!stage.test(value)) return undefined;
  }
  return { value };
}

/** Whether lines tell all that the stages ask for: they begin with fields, and lines tell these and those that come later. */
export function areToldByLines(stages: readonly Stage[], fields: ReadonlyMap<string, FieldOfLine>): boolean {
  const [first] = stages;
  return (
    first !== undefined &&
    "fields" in first &&
    stages.every((stage) => !("fields" in stage) || stage.fields.every((path) => fields.has(path)))
  );
}

/** Takes fields from a value. */
export function selectFrom(value: unknown): (fields: readonly string[]) => unknown {
  return (fields) => Object.fromEntries(fields.map((path) => [path, pick(value, splitPath(path))]));
}

/** Takes fields from a line that tells them. */
export function selectFromLine(line: Line, told: ReadonlyMap<string, FieldOfLine>): (fields: readonly string[]) => unknown {
  return (fields) => Object.fromEntries(fields.map((path) => [path, told.get(path)?.(line)]));
}

/** What stands at a path; of a list on the way, the list of what its elements have there. */
function pick(value: unknown, [name, ...rest]: readonly string[]): unknown {
  if (name === undefined) return value;
  if (Array.isArray(value)) return value.map((one) => pick(one, [name, ...rest]));
  return pick(readField(value, [name]), rest);
}
