import type { JobResult } from "./job.ts";

/** The results as one document for programs. Times are in milliseconds, sizes in bytes. */
export function jsonReport(folder: string, results: readonly JobResult[]): string {
  const stores = results.map(({ store, first, coldMs, second, warmMs, comparison, cacheBytesPerEntry, problems }) => ({
    store,
    files: second.kinds.get("file") ?? 0,
    directories: second.kinds.get("directory") ?? 0,
    bytesHashed: first.bytesHashed,
    coldMs: rounded(coldMs),
    warmMs: rounded(warmMs),
    equal: comparison.differences.length === 0,
    cacheBytesPerEntry: rounded(cacheBytesPerEntry),
    problems: problems.map(({ path, problem }) => ({ path, problem })),
  }));
  return JSON.stringify({ folder, stores }, undefined, 2);
}

function rounded(number: number): number {
  return Math.round(number * 10) / 10;
}
