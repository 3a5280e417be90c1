import { budgetOptionNames, budgetSettingsOf } from "../eviction/budget-settings.ts";
import { staleMs, ttlMs } from "../expiry.ts";
import { MAX_VERSION } from "../limits.ts";
import { Migration } from "../migration/migration-steps.ts";
import { checkOptionNames } from "../option-names.ts";
import { isSchema } from "../schema.ts";
import type { TableSettings } from "./open-table.ts";
import { PrimaryKey } from "./primary-key.ts";
import { splitPath } from "./field.ts";
import type { AnyIndex, AnyTableOptions, TableDefinitions } from "./table-definition.ts";

const names = [
  "schema",
  "key",
  "indexes",
  "ttl",
  "sliding",
  "staleFor",
  "validateOnRead",
  "version",
  "migrate",
  ...budgetOptionNames,
] as const satisfies readonly (keyof AnyTableOptions)[];
const indexNames = ["on", "unique", "multi", "revision"] as const satisfies readonly (keyof AnyIndex)[];

/** What tables take over from the cache. */
type Inherited = Pick<TableSettings, "validateOnRead" | "onCorrupt" | "budget">;

/** Checks the options of a declared table. Throws a `TypeError` for unknown names and wrong values. */
export function tableSettingsOf(name: string, options: AnyTableOptions, inherited: Inherited): TableSettings {
  const owner = `table "${name}"`;
  checkOptionNames(owner, options, names);
  const {
    schema,
    key,
    indexes = {},
    ttl = Number.POSITIVE_INFINITY,
    sliding = false,
    staleFor = 0,
    validateOnRead = inherited.validateOnRead,
    version = 1,
    migrate,
  } = options;
  if (schema !== undefined && !isSchema(schema)) throw new TypeError(`${owner}: schema must be a Standard Schema`);
  if (typeof sliding !== "boolean") throw new TypeError(`${owner}: sliding must be true or false`);
  if (typeof validateOnRead !== "boolean") throw new TypeError(`${owner}: validateOnRead must be true or false`);
  if (!Number.isInteger(version) || version < 1 || version > MAX_VERSION)
    throw new TypeError(`${owner}: version must be a whole number from 1 to ${MAX_VERSION}`);
  if (migrate !== undefined && typeof migrate !== "function") checkSteps(owner, migrate, version);
  if (key !== undefined) checkFields(`${owner}: key`, key);
  for (const [index, one] of Object.entries(indexes)) {
    if (index === "") throw new TypeError(`${owner}: an index needs a name`);
    checkIndex(`${owner}: index "${index}"`, one);
  }
  return {
    name,
    ttl: ttlMs(ttl, `${owner}: ttl`),
    sliding,
    staleFor: staleMs(staleFor, `${owner}: staleFor`),
    schema,
    validateOnRead,
    onCorrupt: inherited.onCorrupt,
    budget: budgetSettingsOf(owner, options, inherited.budget.tooLarge),
    version,
    migration: migrate && new Migration(name, migrate),
    primaryKey: key === undefined ? undefined : new PrimaryKey(name, key),
  };
}

/** Checks that what was given for `tables` are tables. Throws a `TypeError`. */
export function checkDefinitions(tables: TableDefinitions): void {
  for (const [name, definition] of Object.entries(tables)) {
    if (name === "") throw new TypeError("a table needs a name");
    if (typeof definition?.options !== "object") throw new TypeError(`table "${name}" must be made by table({ … }) or table<…>()({ … })`);
  }
}

function checkIndex(owner: string, index: AnyIndex): void {
  checkOptionNames(owner, index, indexNames);
  const { on, unique = false, multi = false, revision = 0 } = index;
  checkFields(`${owner}: on`, on);
  if (typeof unique !== "boolean") throw new TypeError(`${owner}: unique must be true or false`);
  if (typeof multi !== "boolean") throw new TypeError(`${owner}: multi must be true or false`);
  if (!Number.isInteger(revision) || revision < 0) throw new TypeError(`${owner}: revision must be a whole number, 0 or more`);
}

function checkFields(owner: string, from: unknown): void {
  if (typeof from === "function") return;
  const paths: unknown[] = [from].flat();
  if (paths.length === 0) throw new TypeError(`${owner} must name at least one field`);
  for (const path of paths) {
    if (typeof path !== "string") throw new TypeError(`${owner} must be a field, a list of fields, or a function`);
    splitPath(path);
  }
}

function checkSteps(owner: string, steps: object, version: number): void {
  for (const [name, step] of Object.entries(steps)) {
    const to = Number(name);
    if (!Number.isInteger(to) || to < 2 || to > version)
      throw new TypeError(`${owner}: migrate has a step "${name}", but steps are to versions 2 to ${version}`);
    if (typeof step?.up !== "function" || !["function", "undefined"].includes(typeof step.down))
      throw new TypeError(`${owner}: migrate step ${name} needs a function "up", and may have "down"`);
  }
}
