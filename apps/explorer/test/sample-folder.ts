import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** The mtime of all files in a sample folder unless a test gives another: long ago, so that it proves what it should. */
export const longAgo: Date = new Date("2024-02-29T12:00:00.123Z");

/** A real folder that a test fills, removed at its end. */
export class SampleFolder implements AsyncDisposable {
  readonly #base: string;
  readonly #servers: Server[] = [];

  constructor(files: Readonly<Record<string, string>> = {}) {
    this.#base = realpathSync(mkdtempSync(join(tmpdir(), "explorer-test-")));
    mkdirSync(this.path);
    for (const [path, content] of Object.entries(files)) this.write(path, content);
  }

  /** The folder to explore. */
  get path(): string {
    return join(this.#base, "folder");
  }

  /** A path outside of the folder, for a cache. */
  outside(name: string): string {
    return join(this.#base, name);
  }

  /** The absolute path of something in the folder. */
  in(path: string): string {
    return join(this.path, path);
  }

  /** The same with a last name of any bytes. */
  inBytes(path: string, ...name: number[]): Buffer {
    return Buffer.concat([Buffer.from(`${this.in(path)}/`), Buffer.from(name)]);
  }

  write(path: string | Buffer, content: string | Buffer, mtime: Date = longAgo): void {
    const absolute = typeof path === "string" ? this.in(path) : path;
    if (typeof absolute === "string") mkdirSync(dirname(absolute), { recursive: true });
    writeFileSync(absolute, content);
    utimesSync(absolute, mtime, mtime);
  }

  link(path: string, target: string): void {
    mkdirSync(dirname(this.in(path)), { recursive: true });
    symlinkSync(target, this.in(path));
  }

  fifo(path: string): void {
    execFileSync("mkfifo", [this.in(path)]);
  }

  async socket(path: string): Promise<void> {
    const server = createServer().listen(this.in(path));
    this.#servers.push(server);
    await once(server, "listening");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const server of this.#servers) {
      server.close();
      await once(server, "close");
    }
    rmSync(this.#base, { recursive: true, force: true });
  }
}
