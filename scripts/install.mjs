// Brings node_modules up to date with the lockfile, and skips that when a stamp says it already is.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { withPnpm } from "./pnpm.mjs";

const root = join(import.meta.dirname, "..");
const stampFile = join(root, "node_modules", ".cache", "installed");

/** The manifests of the root, of every folder of packages/ and apps/, and of the folders one level below those. */
function manifests() {
  const folders = (parent) =>
    readdirSync(join(root, parent), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name !== "node_modules")
      .map((entry) => join(parent, entry.name));
  const members = ["packages", "apps"].flatMap(folders);
  return [".", ...members, ...members.flatMap(folders)]
    .map((folder) => join(folder, "package.json"))
    .filter((file) => existsSync(join(root, file)))
    .toSorted();
}

/** A digest of everything that decides what an install would do on this machine. */
function stamp() {
  const digest = createHash("sha256").update(`${process.platform} ${process.arch}\n`);
  for (const file of ["pnpm-lock.yaml", "pnpm-workspace.yaml", ...manifests()]) {
    digest.update(`${file}\n`).update(readFileSync(join(root, file)));
  }
  return digest.digest("hex");
}

/** Installs where needed. Whatever the installer says goes to stderr, so that stdout stays the program's own. */
export function install(env) {
  const current = stamp();
  if (existsSync(stampFile) && readFileSync(stampFile, "utf8") === current) return;
  console.error("Installing dependencies…");
  const ready = withPnpm(env);
  const pnpm = (...options) =>
    spawnSync("pnpm", ["install", "--frozen-lockfile", "--prefer-offline", ...options], {
      cwd: root,
      env: ready,
      stdio: ["ignore", 2, 2],
      shell: process.platform === "win32",
    }).status;
  if (pnpm("--reporter=silent") !== 0 && pnpm("--reporter=append-only") !== 0) throw new Error("pnpm install failed: see above.");
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, current);
}
