import { openCache } from "@cache/lmdb";
import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { TestFolder } from "./folder.ts";

/** What stands for a full disk: a limit on the size of files, 8 MiB in the shell's blocks of 512 bytes. Only Linux tells us about it. */
const LIMIT_BLOCKS = 16_384;

interface Filled {
  readonly first: { readonly written: number; readonly code: string };
  readonly afterFirst: { readonly kept: string; readonly size: number; readonly entries: number };
  readonly second: { readonly written: number; readonly code: string };
  readonly deleted: boolean;
  readonly third: { readonly written: number; readonly code: string };
  readonly afterThird: { readonly kept: string; readonly size: number };
}

async function fillUp(path: string, face: string): Promise<Filled> {
  const filler = fileURLToPath(new URL("filler.ts", import.meta.url));
  const script = `ulimit -f ${LIMIT_BLOCKS}; exec "$0" "$@"`;
  const child = spawn("sh", ["-c", script, process.execPath, "--conditions=@cache/source", filler, path, face]);
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  expect(errors).toBe("");
  // The fixture writes just this.
  return JSON.parse(output) as Filled;
}

test.skipIf(process.platform !== "linux").each(["async", "sync"])(
  "a full disk is CACHE_FULL, changes nothing, and is no end (%s)",
  async (face) => {
    using folder = new TestFolder({ onDisk: true });
    const path = folder.in("cache");
    const { first, afterFirst, second, deleted, third, afterThird } = await fillUp(path, face);
    expect([first.code, second.code, third.code]).toEqual(["CACHE_FULL", "CACHE_FULL", "CACHE_FULL"]);
    // A good part of the file is rows before it is full: 20 rows of 1.5 kB a call.
    expect(first.written).toBeGreaterThan(80);
    expect(afterFirst).toEqual({ kept: `a ${first.written - 1}`, size: first.written * 20 + 1, entries: first.written * 20 + 1 });
    expect(deleted).toBe(true);
    // The space of what is deleted is used again.
    expect(third.written).toBeGreaterThan(30);
    expect(afterThird).toEqual({ kept: `c ${third.written - 1}`, size: third.written * 20 + 1 });

    await using cache = await openCache<string>({ path });
    expect([await cache.size, await cache.get("c 0 7")]).toEqual([afterThird.size, "y".repeat(1500)]);
  },
);
