import type { CacheOptions } from "@cache/core";
import { turn } from "./turns.ts";

type Schema = NonNullable<CacheOptions["schema"]>;
type Result = Awaited<ReturnType<Schema["~standard"]["validate"]>>;

/** Wants an object with a `name`, which it trims, and an `age`, 0 by default. */
function validate(value: unknown): Result {
  if (typeof value !== "object" || value === null) return { issues: [{ message: "must be an object" }] };
  const { name, age = 0 } = value as { readonly name?: unknown; readonly age?: unknown };
  const issues = [
    ...(typeof name === "string" ? [] : [{ path: ["name"], message: "must be a string" }]),
    ...(typeof age === "number" ? [] : [{ path: [{ key: "age" }], message: "must be a number" }]),
  ];
  return issues.length > 0 || typeof name !== "string" ? { issues } : { value: { name: name.trim(), age } };
}

function schemaOf(check: Schema["~standard"]["validate"]): Schema {
  return { "~standard": { version: 1, vendor: "@cache/conformance", validate: check } };
}

/** A Standard Schema by hand: of a user. */
export const userSchema: Schema = schemaOf(validate);

/** The same, which validates asynchronously. */
export const asyncUserSchema: Schema = schemaOf(async (value) => validate(value));

/** The same, which takes as many turns of the event loop as the value's field `turns` says. */
export const deferredSchema: Schema = schemaOf(async (value) => {
  const { turns = 0 } = value as { readonly turns?: number };
  for (let passed = 0; passed < turns; passed++) await turn();
  return validate(value);
});
