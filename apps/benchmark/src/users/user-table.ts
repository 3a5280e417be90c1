import { table } from "@cache/core";
import type { User } from "./user.ts";
import type { IndexCount } from "./user-contender.ts";

/** Our declarations of the table, by the number of its secondary indexes. */
export const userTables = {
  0: table<User>()({ key: "id" }),
  1: table<User>()({ key: "id", indexes: { email: { on: "email", unique: true } } }),
  3: table<User>()({
    key: "id",
    indexes: { email: { on: "email", unique: true }, cityAge: { on: ["city", "age"] }, name: { on: "name" } },
  }),
} as const satisfies Readonly<Record<IndexCount, unknown>>;
