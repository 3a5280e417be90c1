import { openCacheSync } from "@cache/lmdb";
import { workerData } from "node:worker_threads";

/* A thread that writes to a cache, and leaves it open when it ends, as threads may. */
const { path, number } = workerData as { readonly path: string; readonly number: number };
const cache = openCacheSync<number>({ path, sweepInterval: false });
for (let at = 0; at < 50; at++) cache.set([number, at], at);
