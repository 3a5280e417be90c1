import { rmSync } from "node:fs";
import { fill, itemOf, openItems } from "./bounded/fill.ts";
const [engine, bound, rounds = "60"] = process.argv.slice(2);
const dir = "/dev/shm/prof2"; rmSync(dir, { recursive: true, force: true });
const N = 10000;
const cache = await openItems(engine as "lmdb", dir, bound === "bounded" ? N : Infinity);
await fill(cache, N);
const times: number[] = [];
for (let r = 0; r < Number(rounds); r++) {
  const ids = Array.from({ length: 1000 }, () => Math.random() * N * 2);
  const t0 = performance.now();
  await Promise.all(ids.map((id) => cache.tables.items.set(id, itemOf(id))));
  times.push(performance.now() - t0);
}
times.sort((a, b) => a - b);
console.log(engine, bound, "median µs/set", times[times.length >> 1].toFixed(2), "min", times[0].toFixed(2));
process.exit(0);
