import { MAX_TABLE_ID } from "@cache/core/spi";
import SqliteDatabase from "better-sqlite3";
import { expect, test } from "vitest";
import { SCHEMA } from "../src/layout.ts";
import { firstLineFrom } from "../src/row-reader.ts";

test.for([
  [0, "line>? AND line<?"],
  [0xff, "line>? AND line<?"],
  [MAX_TABLE_ID - 1, "line>? AND line<?"],
  [MAX_TABLE_ID, "line>?"],
] as const)("a look-up in table %d reads no lines of tables after it", ([table, bounds]) => {
  const database = new SqliteDatabase(":memory:");
  database.exec(SCHEMA);
  const plan = database.prepare<[Uint8Array], { detail: string }>(`EXPLAIN QUERY PLAN ${firstLineFrom(table)}`).all(Uint8Array.of(0, 0));
  database.close();
  expect(plan.slice(0, 2).map(({ detail }) => detail)).toEqual([
    `SEARCH i USING PRIMARY KEY (${bounds})`,
    "SEARCH r USING PRIMARY KEY (key=?)",
  ]);
});
