// The packages as their users get them: packed to tarballs and installed by npm into an empty folder, alone with what they depend on.
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { build } from "rolldown";
import { withPnpm } from "./pnpm.mjs";

const root = join(import.meta.dirname, "..");
const call = promisify(execFile);
const windows = process.platform === "win32";

/** The oldest Node that the packages promise to run on, as npm packages the binary. */
export const lowestNodeVersion = "22.18.0";

/** The environment of a user: the machine's settings without what this repository's npm scripts and its test runner add to them. */
function userEnv() {
  const added = /^(npm_package_|npm_lifecycle_|npm_config_(local_prefix|nodedir)$|NODE_OPTIONS$|NODE_ENV$|INIT_CWD$|VITEST)/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !added.test(name)));
}

/** The longest that npm, and a program, may take: far more than they need, and less than the tests have. In milliseconds. */
const NPM_MS = 75_000;
const FETCH_NODE_MS = 240_000;
const PROGRAM_MS = 20_000;

/** Calls npm. A connection that hangs is common enough for a second try. */
async function npm(args, cwd, timeout = NPM_MS) {
  const all = ["--no-audit", "--no-fund", "--loglevel=error", "--prefer-offline", ...args];
  const options = { cwd, env: userEnv(), shell: windows, timeout, killSignal: "SIGKILL" };
  try {
    return await call("npm", all, options);
  } catch (error) {
    if (!error.killed) throw error;
    return await call("npm", all, options);
  }
}

/** Packs the named packages (`core`, `lmdb` …) into `folder` and answers the tarball of each. Builds what isn't built. */
export async function pack(names, folder) {
  const env = withPnpm({ ...process.env });
  env.PATH = [join(root, "node_modules", ".bin"), env.PATH].join(delimiter);
  const tarballs = {};
  for (const name of names) {
    const cwd = join(root, "packages", name);
    tarballs[name] = join(folder, `${name}.tgz`);
    await call("pnpm", ["pack", "--out", tarballs[name]], { cwd, env, shell: windows });
  }
  return tarballs;
}

/** Installs one packed package into a new folder below `parent`, where the other tarballs stand in for the registry's versions. */
export async function installAlone(name, tarballs, parent) {
  const folder = mkdtempSync(join(parent, `${name}-`));
  const others = Object.entries(tarballs).filter(([other]) => other !== name);
  const manifest = {
    name: "user",
    private: true,
    type: "module",
    dependencies: { [`@cache/${name}`]: `file:${tarballs[name]}` },
    overrides: Object.fromEntries(others.map(([other, tarball]) => [`@cache/${other}`, `file:${tarball}`])),
  };
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest, undefined, 2));
  await npm(["install"], folder);
  return folder;
}

/** The lowest supported Node's executable, fetched from npm once; undefined on platforms for which npm has none. */
export async function lowestNode() {
  if (process.platform !== "linux" || !["x64", "arm64"].includes(process.arch)) return undefined;
  const name = `node-linux-${process.arch}`;
  const home = join(root, "node_modules", ".cache", `node-${lowestNodeVersion}`);
  const executable = join(home, "bin", "node");
  if (existsSync(executable)) return executable;
  mkdirSync(join(root, "node_modules", ".cache"), { recursive: true });
  const half = mkdtempSync(`${home}.`);
  writeFileSync(join(half, "package.json"), JSON.stringify({ private: true }));
  await npm(["install", "--ignore-scripts", `${name}@${lowestNodeVersion}`], half, FETCH_NODE_MS);
  const unpacked = join(half, "node_modules", name);
  if (!existsSync(home)) renameSync(unpacked, home);
  rmSync(half, { recursive: true, force: true });
  return executable;
}

/** Runs a program of the user's in `folder` on the Node given, and answers what it printed. Throws with its stderr when it fails or hangs. */
export async function runProgram(node, program, folder) {
  const file = join(folder, "program.js");
  writeFileSync(file, program);
  const { stdout } = await call(node, [file], { cwd: folder, env: userEnv(), timeout: PROGRAM_MS, killSignal: "SIGKILL" });
  return stdout;
}

/** Bundles a program of the user's in `folder` for browsers and answers the code of one module. */
export async function bundleProgram(program, folder) {
  writeFileSync(join(folder, "program.js"), program);
  const { output } = await build({
    input: "./program.js",
    cwd: folder,
    write: false,
    platform: "browser",
    logLevel: "warn",
    output: { codeSplitting: false },
  });
  return output[0].code;
}
