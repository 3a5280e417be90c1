import { compareBytes, type EncodedKey } from "@cache/core/spi";
import { BoundBytes } from "./bound-bytes.ts";
import { indexColumn } from "./layout.ts";
import type { Statements } from "./statements.ts";

/** How many lines one statement inserts. Measured: so each takes two thirds of what it takes alone, and more make it no faster. */
const MAX_LINES = 16;

/** How many parameters a line has. */
const COLUMNS = 3;

/** Where the lines of a batch wait. Batches run to their end at once, so that these serve all. */
const waiting: readonly BoundBytes[] = Array.from({ length: MAX_LINES }, () => new BoundBytes());

/** For a line that is to be deleted. */
const deleted: BoundBytes = new BoundBytes();

/** Lines of an index that are all to be deleted, from the first to the last. */
interface Passed {
  readonly column: number;
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
    const line = lineOf(entry, key, waiting[this.#count++]);
    this.#parameters.push(indexColumn(table, index), line, entry.length);
  }

  /** Deletes a line. */
  delete(table: number, index: number, entry: Uint8Array, key: EncodedKey): void {
    const column = indexColumn(table, index);
    const line = lineOf(entry, key, deleted);
    if (this.#waits(column, line)) this.flush();
    this.#statements.deleteLine.run(column, line);
  }

  /**
   * Deletes a line that was met on a way through an index, from which all others are deleted that were met before it, or gone. With the next
   * `flush` at the latest: one statement for all of a way takes a fourth of the time.
   */
  pass(table: number, index: number, line: Uint8Array): void {
    const column = indexColumn(table, index);
    if (this.#passed?.column === column) this.#passed.last = line;
    else {
      this.flush();
      this.#passed = { column, first: line, last: line };
    }
  }

  /** Deletes and inserts the lines that wait: to be called before lines are read, and at the end. */
  flush(): void {
    // First: of those that are inserted, some may lie between.
    if (this.#passed) {
      const { column, first, last } = this.#passed;
      this.#passed = undefined;
      this.#statements.deleteLinesBetween.run(column, first, last);
    }
    if (this.#count === 0) return;
    this.#statements.insertLines(this.#count).run(...this.#parameters);
    this.#parameters = [];
    this.#count = 0;
  }

  #waits(column: number, line: Uint8Array): boolean {
    const parameters = this.#parameters;
    for (let at = 0; at < parameters.length; at += COLUMNS)
      // After a line's index stands the line.
      if (parameters[at] === column && compareBytes(parameters[at + 1] as Uint8Array, line) === 0) return true;
    return false;
  }
}

/** An index line: an entry's bytes followed by the key of its row. */
function lineOf(entry: Uint8Array, key: EncodedKey, place: BoundBytes = new BoundBytes()): Uint8Array {
  const line = place.room(entry.length + key.length);
  line.set(entry);
  line.set(key, entry.length);
  return line;
}
