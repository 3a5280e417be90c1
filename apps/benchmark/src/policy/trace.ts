import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";

/** What was asked for, one request after the other. */
export interface Trace {
  readonly name: string;
  /** The key of each request. */
  readonly keys: readonly number[];
}

/** How a file compressed with gzip begins (RFC 1952). */
const gzipMagic = 0x1f8b;

/**
 * Reads a trace from a file: a decimal number a line, as text or as text compressed with gzip; lines that are empty or `*` say nothing. The
 * trace is called what the file is called up to its first dot. Throws an `Error` that names the file, and the line where it is at fault.
 */
export function readTrace(file: string | URL): Trace {
  const path = typeof file === "string" ? file : fileURLToPath(file);
  const keys = keysIn(path, textOf(path));
  if (keys.length === 0) throw new Error(`${path} has no requests`);
  return { name: basename(path).split(".")[0] || basename(path), keys };
}

function textOf(path: string): string {
  try {
    const bytes = readFileSync(path);
    const isGzip = bytes.length >= 2 && bytes.readUInt16BE(0) === gzipMagic;
    return (isGzip ? gunzipSync(bytes) : bytes).toString("latin1");
  } catch (error) {
    throw new Error(`${path} can't be read: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function keysIn(path: string, text: string): number[] {
  const keys: number[] = [];
  for (const [at, line] of text.split("\n").entries()) {
    const word = line.trim();
    if (word === "" || word === "*") continue;
    const key = Number(word);
    if (!/^\d+$/.test(word) || !Number.isSafeInteger(key))
      throw new Error(`${path}, line ${at + 1}: ${JSON.stringify(word.slice(0, 40))} is no whole decimal number`);
    keys.push(key);
  }
  return keys;
}
