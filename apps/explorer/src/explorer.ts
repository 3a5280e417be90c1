import { realpath, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { isCacheError } from "@cache/core";
import { type Arguments, parseArguments, usage } from "./arguments.ts";
import type { StoreName } from "./cache-home.ts";
import { type CachePlace, chosenPlace, temporaryPlace } from "./cache-place.ts";
import { ExplorerError, Interruption } from "./explorer-error.ts";
import { codeOf, type FileSystem } from "./file-system.ts";
import { bytesText, countText, printable } from "./human-units.ts";
import { type JobContext, type JobResult, runJob } from "./job.ts";
import { jsonReport } from "./json-report.ts";
import type { Display, Work } from "./meter.ts";
import { ProgressBar, type Terminal } from "./progress-bar.ts";
import { survey } from "./survey.ts";
import { differencesText, textReport } from "./text-report.ts";

/** What the explorer is started in. */
export interface Host extends Omit<JobContext, "leftOut" | "watch"> {
  readonly fileSystem: FileSystem;
  readonly stdout: { write(text: string): unknown };
  readonly stderr: Terminal & { readonly isTTY?: boolean | undefined };
  /** What relative paths are relative to. */
  readonly workingFolder: string;
  readonly defaultFolder: string;
}

/** Exit codes. 130 is what shells use for a program that Ctrl-C ended. */
const DONE = 0;
const FAILED = 1;
const MISUSED = 2;
const INTERRUPTED = 130;

/** Does what the arguments of the command line ask for, and answers the exit code. */
export async function explore(args: readonly string[], host: Host): Promise<number> {
  try {
    const given = parseArguments(args);
    if (!given.help) return await runJobs(given, host);
    host.stdout.write(`${usage}\n`);
    return DONE;
  } catch (error) {
    if (error instanceof ExplorerError) {
      host.stderr.write(`${printable(error.message)}\n${usage.split("\n", 1).join("")}   (--help tells more)\n`);
      return MISUSED;
    }
    const reason = reasonOf(error);
    if (reason === undefined) throw error;
    host.stderr.write(`${printable(reason)}\n`);
    return FAILED;
  }
}

/** What a failure of the cache or the system says; `undefined` for what nobody expected. */
function reasonOf(error: unknown): string | undefined {
  if (isCacheError(error)) return `${error.code}: ${error.message}`;
  return error instanceof Error && "syscall" in error ? error.message : undefined;
}

async function runJobs(given: Arguments, host: Host): Promise<number> {
  const folder = given.folder === undefined ? host.defaultFolder : resolve(host.workingFolder, given.folder);
  const real = await realFolder(folder);
  const say = (text: string): void => {
    if (!given.json) host.stdout.write(`${text}\n`);
  };
  const results: JobResult[] = [];
  let total: Work | undefined;
  for (const store of given.stores) {
    const cache = given.cache === undefined ? undefined : resolve(host.workingFolder, given.cache);
    const place = await (cache === undefined ? temporaryPlace(store) : chosenPlace(store, cache, real));
    try {
      if (results.length === 0) {
        total = await workIn(real, place, host);
        say(`Indexing ${printable(folder)}${total ? `: ${countText(total.entries)} entries, ${bytesText(total.bytes)}` : ""}\n`);
      }
      const watch: JobContext["watch"] = (name, step) => watched(`${name.padEnd(6)}  ${step.padEnd(11)}`, total, host);
      results.push(await runJob(place.home, real, { ...host, leftOut: place.paths, watch }));
    } catch (error) {
      if (!host.signal.aborted) throw error;
      if (results.length > 0) say(textReport(results));
      host.stderr.write(`${interruptionText(given, store, place, error instanceof Interruption ? error.entries : 0)}\n`);
      return INTERRUPTED;
    } finally {
      await place.leave();
    }
  }
  say(textReport(results));
  if (given.json) host.stdout.write(`${jsonReport(folder, results)}\n`);
  return verdict(results, given, host);
}

/** Whether all caches are equal to the folder; where they aren't and no report said so, says in what. */
function verdict(results: readonly JobResult[], given: Arguments, host: Host): number {
  const unequal = results.filter(({ comparison }) => comparison.differences.length > 0);
  if (given.json)
    for (const { store, comparison } of unequal)
      host.stderr.write(`${store}: the cache differs from a fresh scan\n${differencesText(comparison.differences).join("\n")}\n`);
  return unequal.length === 0 ? DONE : FAILED;
}

/** The folder's path without links. Throws an {@link ExplorerError} where there is none. */
async function realFolder(folder: string): Promise<string> {
  try {
    const real = await realpath(folder);
    if ((await stat(real)).isDirectory()) return real;
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    throw new ExplorerError(code === "ENOENT" ? `there is no folder ${folder}` : `${folder} can't be entered (${code})`);
  }
  throw new ExplorerError(`${folder} is not a folder`);
}

/** How much there is to do; only where somebody watches. */
async function workIn(folder: string, { paths }: CachePlace, host: Host): Promise<Work | undefined> {
  if (!host.stderr.isTTY) return undefined;
  const display = watched("counting", undefined, host);
  try {
    return await survey(folder, { ...host, leftOut: new Set(paths) }, display);
  } finally {
    display.clear();
  }
}

/** A progress bar on a terminal, elsewhere nothing. */
function watched(label: string, total: Work | undefined, { stderr, elapsed }: Host): Display {
  if (!stderr.isTTY) return { read() {}, entry() {}, clear() {} };
  return new ProgressBar(stderr, label, total, elapsed);
}

/** Says what becomes of what was done. */
function interruptionText({ chosen, cache, folder }: Arguments, store: StoreName, place: CachePlace, entries: number): string {
  const done = `Interrupted: ${countText(entries)} entries were in the ${store} cache.`;
  if (entries === 0 && cache === undefined) return "Interrupted before there was anything to keep.";
  if (!chosen) return `${done} It was a temporary one; with --store, what is done is kept.`;
  const kept = place.keep();
  if (kept === undefined) return `${done} They are gone with the process; --store lmdb or sqlite keeps them.`;
  const again = [...(folder === undefined ? [] : [folder]), "--store", store, "--cache", kept].map(quoted).join(" ");
  return `${done} They are kept in ${printable(kept)}\nTo go on: npm start -- ${again}`;
}

/** An argument as a shell takes it. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
