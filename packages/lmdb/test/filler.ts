import { isCacheError, openCache, openCacheSync } from "@cache/lmdb";

/*
 * A process of its own whose files may not grow beyond a limit. It writes until that is reached, and tells as JSON what it met then.
 * Arguments: the folder, the face.
 */
const [path = "", face = "async"] = process.argv.slice(2);
const cache =
  face === "sync" ? openCacheSync<string>({ path, sweepInterval: false }) : await openCache<string>({ path, sweepInterval: false });

/** Sets as long as it goes; returns how many calls went well, and the code of the error that ended it. */
async function fill(prefix: string, value: string): Promise<{ written: number; code: string }> {
  for (let written = 0; ; written++)
    try {
      await cache.setMany([
        ["kept", `${prefix} ${written}`],
        ...Array.from({ length: 20 }, (_, at): [string, string] => [`${prefix} ${written} ${at}`, value]),
      ]);
    } catch (error) {
      return { written, code: isCacheError(error) ? error.code : String(error) };
    }
}

await cache.set("kept", "first");
const first = await fill("a", "x".repeat(1500));
const afterFirst = { kept: await cache.get("kept"), size: await cache.size, entries: (await cache.stats()).entries };
const second = await fill("b", "x".repeat(50_000));
const deleted = await cache.delete("a 0 0");
await cache.clear();
const third = await fill("c", "y".repeat(1500));
const afterThird = { kept: await cache.get("kept"), size: await cache.size };
await cache.close();
process.stdout.write(JSON.stringify({ first, afterFirst, second, deleted, third, afterThird }));
