import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { TestFolder } from "./folder.ts";

const script = 'mount -t tmpfs -o size="$1" tmpfs "$2" && shift && exec "$2" "$3" "$4" "$1"';

/** Runs a command with mounts of its own. */
const isolate = "unshare";

/** Runs a script on a small disk of its own, which nobody else sees; gives what it printed. */
function onSmallDisk(size: string, program: URL): { stdout: string; stderr: string } | undefined {
  using folder = new TestFolder();
  const words = [size, folder.path, process.execPath, "--conditions=@cache/source", fileURLToPath(program)];
  const { status, stdout, stderr } = spawnSync(isolate, ["--mount", "sh", "-c", script, "sh", ...words], { encoding: "utf8" });
  return status === null ? undefined : { stdout, stderr };
}

/** Mounting takes Linux, and a right that few have outside of containers. */
const mayMount = spawnSync(isolate, ["--mount", "true"]).status === 0;

describe("a full disk", () => {
  // On the larger one, a thread is writing the log back meanwhile.
  test.skipIf(!mayMount).each(["2m", "100m"])(
    "of %s costs no entry that is there; the log gives its room back to those that are overwritten",
    (size) => {
      expect(onSmallDisk(size, new URL("./full-disk-process.ts", import.meta.url))).toEqual({
        stdout: `${JSON.stringify({
          overwritten: 50,
          filled: { isFull: true, old: "kept", last: true, entries: 1 },
          reopened: "kept",
        })}\n`,
        stderr: "",
      });
    },
  );
});
