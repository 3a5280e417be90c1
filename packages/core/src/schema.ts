import type { StandardSchemaV1 } from "@standard-schema/spec";
import { CacheError, type SchemaIssue } from "./errors.ts";
import type { MaybePromise } from "./store.ts";

/** Whether something is a Standard Schema. */
export function isSchema(schema: StandardSchemaV1): boolean {
  return typeof schema["~standard"]?.validate === "function";
}

/** What a schema makes of a value. Throws `CACHE_SCHEMA_INVALID` with the schema's issues when it refuses it. */
export function validate(schema: StandardSchemaV1, value: unknown): MaybePromise<unknown> {
  const result = schema["~standard"].validate(value);
  return result instanceof Promise ? result.then(outputOf) : outputOf(result);
}

function outputOf(result: StandardSchemaV1.Result<unknown>): unknown {
  if (!result.issues) return result.value;
  const issues: SchemaIssue[] = result.issues.map(({ message, path = [] }) => ({
    message,
    // Not `map`, which makes of a library's own kind of list another one.
    path: Array.from(path, (part) => (typeof part === "object" ? part.key : part)),
  }));
  // The schema's own words may quote the value, and messages end up in logs.
  const places = new Set(issues.map(({ path }) => (path.length > 0 ? path.map(String).join(".") : "the whole")));
  throw new CacheError("CACHE_SCHEMA_INVALID", `the schema refused a value (${[...places].join(", ")}); see the error's issues`, {
    issues,
  });
}
