import { openCache } from "@cache/lmdb";

/*
 * A process of its own that writes to a cache until it has written enough, or is killed. Arguments: the folder, its number, how many rounds
 * (0 for ever). In each round it sets ten keys of its own and one that all share, and deletes one of its own.
 */
const [path = "", number = "", rounds = "0"] = process.argv.slice(2);
const cache = await openCache<{ writer: string; round: number; text: string }>({ path, sweepInterval: false });
const last = Number(rounds) || Number.POSITIVE_INFINITY;

for (let round = 0; round < last; round++) {
  const value = { writer: number, round, text: "x".repeat((round * 37) % 500) };
  const own = Array.from({ length: 10 }, (_, at) => cache.set(["own", number, round, at], value, at % 2 === 0 ? { ttl: "1h" } : {}));
  await Promise.all([...own, cache.set(["shared", round % 50], value), cache.delete(["own", number, round - 1, 0])]);
  process.send?.({ round });
}
await cache.close();
process.disconnect?.();
