import type { StandardSchemaV1 } from "@cache/core";
import { turn } from "./turns.ts";

/** What the schemas below make. */
export interface Account {
  readonly id: number;
  /** Trimmed and in small letters. */
  readonly email: string;
  readonly roles: readonly string[];
}

/** What they make it of. */
export interface AccountInput {
  /** A number, also as text. */
  readonly id: number | string;
  readonly email: string;
  readonly roles?: readonly string[];
  /** How many turns of the event loop validation takes, where it may. */
  readonly turns?: number;
}

type AccountSchema = StandardSchemaV1<AccountInput, Account>;

function validate(value: unknown): StandardSchemaV1.Result<Account> {
  if (typeof value !== "object" || value === null) return { issues: [{ message: "must be an object" }] };
  const { id, email, roles = ["guest"] } = value as { readonly [Name in keyof AccountInput]: unknown };
  const number = Number(id);
  if (typeof email !== "string" || !email.includes("@")) return { issues: [{ path: ["email"], message: "must be an address" }] };
  if (!Number.isInteger(number)) return { issues: [{ path: [{ key: "id" }], message: "must be a whole number" }] };
  if (!Array.isArray(roles)) return { issues: [{ path: ["roles"], message: "must be a list" }] };
  return { value: { id: number, email: email.trim().toLowerCase(), roles } };
}

function schemaOf(check: AccountSchema["~standard"]["validate"]): AccountSchema {
  return { "~standard": { version: 1, vendor: "@cache/conformance", validate: check } };
}

/** A Standard Schema by hand: of an account. */
export const accountSchema: AccountSchema = schemaOf(validate);

/** The same, which takes as many turns of the event loop as the value's field `turns` says. */
export const deferredAccountSchema: AccountSchema = schemaOf(async (value) => {
  const { turns = 0 } = value as { readonly turns?: number };
  for (let passed = 0; passed < turns; passed++) await turn();
  return validate(value);
});
