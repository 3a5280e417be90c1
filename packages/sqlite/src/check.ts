import { afterPrefix, type Check } from "@cache/core/spi";
import { boundKey } from "./bound-bytes.ts";
import { lineBounds } from "./bounds.ts";
import { rowOfLine } from "./layout.ts";
import { parameter } from "./parameter.ts";
import { isLive, type Statements } from "./statements.ts";

/** Whether a check holds, inside the transaction that relies on it. */
export function holds(statements: Statements, check: Check, now: number): boolean {
  switch (check.type) {
    case "version":
      return statements.liveVersion.get(boundKey.row(check.table, check.key), now) === check.version && hasDeadline(statements, check);
    case "table":
      return (statements.usage.get(check.table)?.[2] ?? 0) <= check.version;
    case "unique":
      return isFree(statements, check, now);
  }
}

/** Whether a row has the deadline that a check asks for, if it asks for one. */
function hasDeadline(statements: Statements, { table, key, expiresAt }: Check & { readonly type: "version" }): boolean {
  if (expiresAt === undefined) return true;
  const [, found] = statements.trace.get(boundKey.row(table, key)) ?? [];
  return (found ?? Number.POSITIVE_INFINITY) === expiresAt;
}

/** Whether no live row other than that of a key has an index entry. */
function isFree(statements: Statements, { table, index, bytes, key }: Check & { readonly type: "unique" }, now: number): boolean {
  const bounds = lineBounds(table, index, { gte: bytes, lt: afterPrefix(bytes) });
  // Most entries are free, so that no row need be looked at.
  if (statements.lineOfOther.get(...bounds, boundKey.of(key)) === undefined) return true;
  const text =
    `SELECT 1 FROM index_lines AS i CROSS JOIN rows AS r ON r.key = ${rowOfLine} WHERE i.line >= ${parameter} AND i.line < ${parameter} ` +
    `AND i.entry_length = ${parameter} AND r.key <> ${parameter} AND ${isLive} LIMIT 1`;
  return statements.shaped(text).get(...bounds, bytes.length, boundKey.row(table, key), now) === undefined;
}
