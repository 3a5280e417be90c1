import { afterPrefix, type Check } from "@cache/core/spi";
import { boundHigh, boundLow, boundKey } from "./bound-bytes.ts";
import { boundsOf } from "./bounds.ts";
import { indexColumn } from "./layout.ts";
import { parameter } from "./parameter.ts";
import { isLive, lineKey, type Statements } from "./statements.ts";

/** Whether a check holds, inside the transaction that relies on it. */
export function holds(statements: Statements, check: Check, now: number): boolean {
  switch (check.type) {
    case "version":
      return statements.liveVersion.get(check.table, check.key, now) === check.version && hasDeadline(statements, check);
    case "table":
      return (statements.usage.get(check.table)?.[2] ?? 0) <= check.version;
    case "unique":
      return isFree(statements, check, now);
  }
}

/** Whether a row has the deadline that a check asks for, if it asks for one. */
function hasDeadline(statements: Statements, { table, key, expiresAt }: Check & { readonly type: "version" }): boolean {
  if (expiresAt === undefined) return true;
  const [, found] = statements.trace.get(table, key) ?? [];
  return (found ?? Number.POSITIVE_INFINITY) === expiresAt;
}

/** Whether no live row other than that of a key has an index entry. */
function isFree(statements: Statements, { table, index, bytes, key }: Check & { readonly type: "unique" }, now: number): boolean {
  const column = indexColumn(table, index);
  const end = afterPrefix(bytes);
  // Most entries are free, so that no row need be looked at.
  if (end && statements.lineOfOther.get(column, boundLow.of(bytes), boundHigh.of(end), boundKey.of(key)) === undefined) return true;
  const { condition, parameters } = boundsOf({ gte: bytes, lt: end }, "i.line");
  const text =
    `SELECT 1 FROM index_lines AS i CROSS JOIN rows AS r ON r.tbl = ${parameter} AND r.key = ${lineKey} ` +
    `WHERE i.idx = ${parameter}${condition} AND i.entry_length = ${parameter} AND r.key <> ${parameter} AND ${isLive} LIMIT 1`;
  return statements.shaped(text).get(table, column, ...parameters, bytes.length, key, now) === undefined;
}
