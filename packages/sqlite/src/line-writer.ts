import { compareBytes, type EncodedKey } from "@cache/core/spi";
import { BoundBytes, boundHigh, boundLow } from "./bound-bytes.ts";
import type { Statements } from "./statements.ts";

/** How many lines one statement inserts. Measured: so each takes two thirds of what it takes alone, and more make it no faster. */
const MAX_LINES = 16;

/** How many parameters a line has. */
const COLUMNS = 2;

/** Where the lines of a batch wait. Batches run to their end at once, so that these serve all. */
const waiting: readonly BoundBytes[] = Array.from({ length: MAX_LINES }, () => new BoundBytes());

/** For a line that is to be deleted. */
const deleted: BoundBytes = new BoundBytes();

/** Lines of an index that are all to be deleted, from the first to the last. */
interface Passed {
  readonly table: number;
  readonly index: number;
  readonly first: Uint8Array;
  last: Uint8Array;
}

/** Inserts and deletes index lines within one batch. Some wait until there are several, or until somebody looks for them. */
export class LineWriter {
  readonly #statements: Statements;
  #parameters: (number | Uint8Array)[] = [];
  #count = 0;
  #passed: Passed | undefined;

  constructor(statements: Statements) {
    this.#statements = statements;
  }

  /** Inserts a line. It is there after the next `flush` at the latest. */
  insert(table: number, index: number, entry: Uint8Array, key: EncodedKey): void {
    if (this.#count === MAX_LINES) this.flush();
    // There are as many places as lines.
    const place = waiting[this.#count++] as BoundBytes;
    this.#parameters.push(place.line(table, index, entry, key), entry.length);
  }

  /** Deletes a line. */
  delete(table: number, index: number, entry: Uint8Array, key: EncodedKey): void {
    const line = deleted.line(table, index, entry, key);
    if (this.#waits(line)) this.flush();
    this.#statements.deleteLine.run(line);
  }

  /**
   * Deletes a line, an entry and a key, that was met on a way through an index, from which all others are deleted that were met before it, or
   * gone. With the next `flush` at the latest: one statement for all of a way takes a fourth of the time.
   */
  pass(table: number, index: number, line: Uint8Array): void {
    if (this.#passed?.table === table && this.#passed.index === index) this.#passed.last = line;
    else {
      this.flush();
      this.#passed = { table, index, first: line, last: line };
    }
  }

  /** Deletes and inserts the lines that wait: to be called before lines are read, and at the end. */
  flush(): void {
    // First: of those that are inserted, some may lie between.
    if (this.#passed) {
      const { table, index, first, last } = this.#passed;
      this.#passed = undefined;
      this.#statements.deleteLinesBetween.run(boundLow.line(table, index, first), boundHigh.line(table, index, last));
    }
    if (this.#count === 0) return;
    this.#statements.insertLines(this.#count).run(...this.#parameters);
    this.#parameters = [];
    this.#count = 0;
  }

  #waits(line: Uint8Array): boolean {
    const parameters = this.#parameters;
    for (let at = 0; at < parameters.length; at += COLUMNS)
      // Each line comes before its entry's length.
      if (compareBytes(parameters[at] as Uint8Array, line) === 0) return true;
    return false;
  }
}
