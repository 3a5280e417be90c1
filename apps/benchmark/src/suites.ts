import type { Bench } from "./bench.ts";
import { lmdbBoundedSuite, memoryBoundedSuite, sqliteBoundedSuite } from "./bounded/bounded-suites.ts";
import { idbSuite } from "./idb/idb-suite.ts";
import { idbTablesSuite } from "./idb/idb-tables-suite.ts";
import { lmdbSuite } from "./lmdb/lmdb-suite.ts";
import { lmdbTablesSuite } from "./lmdb/lmdb-tables-suite.ts";
import { manySuite } from "./many/many-suite.ts";
import { memorySuite } from "./memory/memory-suite.ts";
import { sqliteSuite } from "./sqlite/sqlite-suite.ts";
import { sqliteTablesSuite } from "./sqlite/sqlite-tables-suite.ts";

/** All that is measured, by engine, in the order of the report. */
export const suites: Readonly<Record<string, (bench: Bench) => Promise<void>>> = {
  lmdb: lmdbSuite,
  "lmdb-tables": lmdbTablesSuite,
  "lmdb-bounded": lmdbBoundedSuite,
  sqlite: sqliteSuite,
  "sqlite-tables": sqliteTablesSuite,
  "sqlite-bounded": sqliteBoundedSuite,
  idb: idbSuite,
  "idb-tables": idbTablesSuite,
  many: manySuite,
  memory: memorySuite,
  "memory-bounded": memoryBoundedSuite,
};
