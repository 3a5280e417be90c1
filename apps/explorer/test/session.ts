import { mkdirSync, readdirSync } from "node:fs";
import { onTestFinished, vi } from "vitest";
import { explore, type Host } from "../src/explorer.ts";
import { machineFileSystem } from "../src/file-system.ts";
import { SampleFolder } from "./sample-folder.ts";
import { laterClock } from "./sample-scan.ts";

const files = { "a/one": "1", "a/two": "22", top: "55555" };

/** A process that explores, without being one. */
export class Session {
  stdout = "";
  stderr = "";
  readonly folder: SampleFolder;
  readonly #host: Host;

  constructor(host: Partial<Host> = {}) {
    this.folder = new SampleFolder(files);
    onTestFinished(() => this.folder[Symbol.asyncDispose]());
    mkdirSync(this.folder.outside("temporary"));
    vi.stubEnv("TMPDIR", this.folder.outside("temporary"));
    onTestFinished(() => void vi.unstubAllEnvs());
    this.#host = {
      stdout: { write: (text) => (this.stdout += text) },
      stderr: { write: (text) => (this.stderr += text) },
      workingFolder: this.folder.outside("."),
      defaultFolder: this.folder.path,
      fileSystem: machineFileSystem,
      now: laterClock,
      elapsed: () => performance.now(),
      signal: new AbortController().signal,
      ...host,
    };
  }

  /** What is left of temporary caches. */
  get left(): string[] {
    return readdirSync(this.folder.outside("temporary"));
  }

  async run(...args: string[]): Promise<number> {
    this.stdout = "";
    this.stderr = "";
    return await explore(args, this.#host);
  }

  /** A terminal for its stderr. */
  terminal(): Host["stderr"] {
    return { isTTY: true, columns: 100, write: (text) => (this.stderr += text) };
  }
}
