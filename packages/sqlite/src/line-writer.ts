import { compareBytes, type EncodedKey } from "@cache/core/spi";
import { indexColumn } from "./layout.ts";
import type { Statements } from "./statements.ts";

/** How many lines one statement inserts. Measured: so each takes two thirds of what it takes alone, and more make it no faster. */
const MAX_LINES = 16;

/** How many parameters a line has. */
const COLUMNS = 3;

/** Where the lines of a batch wait. Batches run to their end at once, so that one such place serves all. */
const waiting: Buffer = Buffer.allocUnsafeSlow(32 * 1024);

/** Inserts and deletes index lines within one batch. New ones wait until there are several, or until somebody looks for them. */
export class LineWriter {
  readonly #statements: Statements;
  #parameters: (number | Uint8Array)[] = [];
  #end = 0;

  constructor(statements: Statements) {
    this.#statements = statements;
  }

  /** Inserts a line. It is there after the next `flush` at the latest. */
  insert(table: number, index: number, entry: Uint8Array, key: EncodedKey): void {
    if (this.#parameters.length === COLUMNS * MAX_LINES || this.#end + entry.length + key.length > waiting.length) this.flush();
    const line = this.#lineOf(entry, key);
    this.#end += line.length;
    this.#parameters.push(indexColumn(table, index), line, entry.length);
  }

  /** Deletes a line. */
  delete(table: number, index: number, entry: Uint8Array, key: EncodedKey): void {
    if (this.#end + entry.length + key.length > waiting.length) this.flush();
    const column = indexColumn(table, index);
    const line = this.#lineOf(entry, key);
    if (this.#waits(column, line)) this.flush();
    this.#statements.deleteLine.run(column, line);
  }

  /** Inserts the lines that wait: to be called before lines are read, and at the end. */
  flush(): void {
    const parameters = this.#parameters;
    if (parameters.length === 0) return;
    this.#statements.insertLines(parameters.length / COLUMNS).run(...parameters);
    this.#parameters = [];
    this.#end = 0;
  }

  #lineOf(entry: Uint8Array, key: EncodedKey): Uint8Array {
    const length = entry.length + key.length;
    const line = length > waiting.length ? new Uint8Array(length) : waiting.subarray(this.#end, this.#end + length);
    line.set(entry);
    line.set(key, entry.length);
    return line;
  }

  #waits(column: number, line: Uint8Array): boolean {
    const parameters = this.#parameters;
    for (let at = 0; at < parameters.length; at += COLUMNS)
      // After a line's index stands the line.
      if (parameters[at] === column && compareBytes(parameters[at + 1] as Uint8Array, line) === 0) return true;
    return false;
  }
}
