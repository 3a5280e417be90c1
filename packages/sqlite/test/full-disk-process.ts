import { isCacheError, openCache } from "@cache/sqlite";
import { join } from "node:path";

/*
 * Fills the disk that the folder named first is on, in two ways, and prints what came of it as JSON.
 */
const [, , folder = ""] = process.argv;
const large = (at: number): string => String(at % 10).repeat(3000);

/** Overwrites entries of a file that has all its pages, until the log, were it left alone, had grown to many times the disk. */
async function overwrite(path: string): Promise<number> {
  const cache = await openCache<string>({ path });
  await cache.setMany(Array.from({ length: 50 }, (_, at) => [at, large(at)] as const));
  await cache.close();
  await using again = await openCache<string>({ path });
  for (let at = 0; at < 2000; at++) await again.set(at % 50, large(at + 1));
  return again.size;
}

/** Adds entries until there is no room for more. */
async function fill(path: string): Promise<unknown> {
  await using cache = await openCache<string>({ path });
  await cache.set("old", "kept");
  for (let at = 0; ; at++)
    try {
      await cache.set(["row", at], large(at));
    } catch (error) {
      return {
        isFull: isCacheError(error, "CACHE_FULL"),
        old: await cache.get("old"),
        last: (await cache.get(["row", at - 1])) === large(at - 1),
        next: await cache.get(["row", at]),
        entries: (await cache.stats()).entries - at,
      };
    }
}

const overwritten = await overwrite(join(folder, "overwritten.db"));
const path = join(folder, "filled.db");
const filled = await fill(path);
await using again = await openCache<string>({ path });
console.log(JSON.stringify({ overwritten, filled, reopened: await again.get("old") }));
