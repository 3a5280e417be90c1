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
    path: path.map((part) => (typeof part === "object" ? part.key : part)),
  }));
  const summary = issues.map(({ path, message }) => (path.length > 0 ? `${path.map(String).join(".")}: ${message}` : message)).join("; ");
  throw new CacheError("CACHE_SCHEMA_INVALID", `the schema refused a value (${summary})`, { issues });
}
