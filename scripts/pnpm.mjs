// The pinned pnpm: one from PATH where it is recent enough, else one that npm fetches (and keeps in its own cache).
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const oldestMajor = 11;
const windows = process.platform === "win32";
const { packageManager } = JSON.parse(readFileSync(join(import.meta.dirname, "..", "package.json"), "utf8"));

/** Answers `env` with a pnpm on its PATH. Throws with npm's own words when there is none and none can be fetched. */
export function withPnpm(env) {
  const ask = (command, args) => spawnSync(command, args, { env, encoding: "utf8", shell: windows, stdio: ["ignore", "pipe", "pipe"] });
  const present = ask("pnpm", ["--version"]);
  if (present.status === 0 && Number.parseInt(present.stdout, 10) >= oldestMajor) return env;
  const fetched = ask("npm", [
    "exec",
    "--yes",
    "--prefer-offline",
    "--loglevel=error",
    `--package=${packageManager}`,
    "--",
    "node",
    "--print",
    "process.env.PATH",
  ]);
  if (fetched.status !== 0) throw new Error(`${packageManager} could not be fetched by npm: ${fetched.stderr || fetched.error}`);
  return { ...env, PATH: fetched.stdout.trim() };
}
