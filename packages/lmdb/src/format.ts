import { CacheError } from "@cache/core/spi";
import type { Engine } from "./engine.ts";
import { EngineKey } from "./engine-key.ts";
import { FORMAT_MAGIC, FORMAT_VERSION, KIND, readShort } from "./layout.ts";
import type { Transactions } from "./transactions.ts";

const key = new EngineKey();
const least = new EngineKey();

/**
 * Makes sure that a database is ours and in a format that we know; marks an empty one as ours. Throws `CACHE_CORRUPT` for somebody else's,
 * `CACHE_VERSION` for another format; neither is changed.
 */
export function claim(engine: Engine, transactions: Transactions, dataFile: string): void {
  // Not only when it isn't ours yet: should the opening have set the other processes back, this sets them right.
  transactions.here(() => {
    if (!isOurs(engine, dataFile)) engine.put(key.single(KIND.format), formatRecord());
  });
}

function formatRecord(): Uint8Array {
  const record = new Uint8Array(FORMAT_MAGIC.length + 2);
  new TextEncoder().encodeInto(FORMAT_MAGIC, record);
  record[FORMAT_MAGIC.length] = FORMAT_VERSION >>> 8;
  record[FORMAT_MAGIC.length + 1] = FORMAT_VERSION;
  return record;
}

function isOurs(engine: Engine, dataFile: string): boolean {
  const record = engine.getBinaryFast(key.single(KIND.format));
  if (!record) {
    if (isEmpty(engine)) return false;
    throw new CacheError("CACHE_CORRUPT", `${dataFile} holds another program's data; it was left as it is. Open another folder`);
  }
  const expected = formatRecord();
  if (record.length !== expected.length || expected.subarray(0, FORMAT_MAGIC.length).some((byte, at) => byte !== record[at]))
    throw new CacheError("CACHE_CORRUPT", `${dataFile} is no cache of @cache/lmdb; it was left as it is. Open another folder`);
  const version = readShort(record, FORMAT_MAGIC.length);
  if (version !== FORMAT_VERSION) {
    const advice = version > FORMAT_VERSION ? "update @cache/lmdb" : "delete it";
    throw new CacheError(
      "CACHE_VERSION",
      `${dataFile} has format ${version}, but this release knows ${FORMAT_VERSION}; ${advice}, or open another folder`,
    );
  }
  return true;
}

function isEmpty(engine: Engine): boolean {
  // The format's key is the least there can be.
  const range = { start: least.single(KIND.format), exclusiveStart: false, inclusiveEnd: false, reverse: false, limit: 1 };
  for (const _ of engine.getKeys(range)) return false;
  return true;
}
