import type { Bench } from "./bench.ts";
import { idbSuite } from "./idb/idb-suite.ts";
import { lmdbSuite } from "./lmdb/lmdb-suite.ts";
import { manySuite } from "./many/many-suite.ts";
import { memorySuite } from "./memory/memory-suite.ts";
import { sqliteSuite } from "./sqlite/sqlite-suite.ts";

/** All that is measured, by engine, in the order of the report. */
export const suites: Readonly<Record<string, (bench: Bench) => Promise<void>>> = {
  lmdb: lmdbSuite,
  sqlite: sqliteSuite,
  idb: idbSuite,
  many: manySuite,
  memory: memorySuite,
};
