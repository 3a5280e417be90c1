import { isCacheError } from "@cache/core";
import { equal, ok, throwsCode } from "../assert.ts";
import type { AnyCache } from "../cache-context.ts";
import { empty, exported, joined } from "../copies.ts";
import { ada, people } from "../people.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { collect } from "../turns.ts";

const typed = { options: { tables: { people } }, variants: ["fresh"] } as const;

/** The export of a row in the default table and one in a typed table; the cache is empty again then. */
async function smallStream(cache: AnyCache<{ people: typeof people }>): Promise<Uint8Array> {
  await cache.set("a", { n: 1 }, { ttl: "1h" });
  await cache.tables.people.put(ada);
  const bytes = joined(await exported(cache));
  await empty(cache);
  return bytes;
}

/** An empty export of a format 2: only the header counts. */
const newer: Uint8Array = Uint8Array.of(0x89, 0x43, 0x41, 0x43, 0x48, 0x45, 0x0d, 0x0a, 2, 0, 0, 0, 0x45, 0x45, 0x2a, 0x22);

/** Exports that aren't as they were written: none goes unnoticed. */
export const transferDamageSuite: readonly CacheScenario[] = [
  cacheScenario(
    "transfer/cut",
    "an export that was cut off anywhere is CACHE_CORRUPT, and so is one that goes on after its end",
    async ({ root }) => {
      const bytes = await smallStream(root);
      for (let length = 0; length < bytes.length; length++)
        await throwsCode("CACHE_CORRUPT", () => root.import([bytes.subarray(0, length)]), `${length} of ${bytes.length} bytes`);
      await throwsCode("CACHE_CORRUPT", () => root.import([bytes, Uint8Array.of(0)]), "one byte more");
      await throwsCode("CACHE_CORRUPT", () => root.import([bytes, bytes]), "twice the same");
      equal(await root.import([bytes, new Uint8Array(0)]), { tables: 2, entries: 2, skipped: 0 }, "what all of it holds");
    },
    typed,
  ),

  cacheScenario(
    "transfer/flipped",
    "a change of any single byte of an export is CACHE_CORRUPT, and no row of a changed part is written",
    async ({ root, tables }) => {
      const bytes = await smallStream(root);
      for (let at = 0; at < bytes.length; at++) {
        const flipped = bytes.slice();
        flipped[at] = (flipped[at] ?? 0) ^ 0x10;
        await throwsCode("CACHE_CORRUPT", () => root.import([flipped]), `byte ${at} of ${bytes.length}`);
        const value = await root.get("a");
        ok(value === undefined || (value as { n?: unknown }).n === 1, "the sound row or none");
        equal((await tables.people.get(1)) ?? ada, ada, "the row of the typed table, if it is there");
        if (value !== undefined) await empty(root);
      }
      equal(await root.import([bytes]), { tables: 2, entries: 2, skipped: 0 }, "what the sound one holds");
    },
    typed,
  ),

  cacheScenario(
    "transfer/half",
    "of an export that is damaged in the middle, whole commits of what came before stay",
    async ({ root }) => {
      await root.setMany(Array.from({ length: 2000 }, (_, at) => [at, "x".repeat(200)] as const));
      const bytes = joined(await exported(root));
      const middle = bytes.length >> 1;
      bytes[middle] = (bytes[middle] ?? 0) ^ 1;
      await root.clear();
      await throwsCode("CACHE_CORRUPT", () => root.import([bytes]), "the import");
      const size = await root.size;
      ok(size > 0 && size < 1100, "some rows to be there, but none from after the damage");
      equal(
        await collect(root.keys()),
        Array.from({ length: size }, (_, at) => at),
        "the keys: the first ones",
      );
    },
    { variants: ["fresh"] },
  ),

  cacheScenario(
    "transfer/no-export",
    "what is no export is CACHE_CORRUPT, an export of a newer format CACHE_VERSION",
    async ({ root }) => {
      const text = new TextEncoder().encode('{"this":"is no export, but long enough to be one"}');
      for (const bytes of [new Uint8Array(0), new Uint8Array(100), text, newer.with(15, 0)])
        await throwsCode("CACHE_CORRUPT", () => root.import([bytes]), "the import");
      const error = await throwsCode("CACHE_VERSION", () => root.import([newer]), "the import of a newer format");
      ok(isCacheError(error) && error.message.includes("2"), "a message that names the format");
    },
    { variants: ["fresh"] },
  ),
];
