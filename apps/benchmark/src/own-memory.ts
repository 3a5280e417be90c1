import { readFileSync } from "node:fs";

/** The process's own memory in bytes: what an engine maps of its file isn't among it. Where the system doesn't tell, both. */
export function ownMemoryBytes(): number {
  if (process.platform !== "linux") return process.memoryUsage.rss();
  const [, kibibytes] = /^Anonymous: +(\d+) kB$/m.exec(readFileSync("/proc/self/smaps_rollup", "utf8")) ?? [];
  return Number(kibibytes) * 1024;
}
