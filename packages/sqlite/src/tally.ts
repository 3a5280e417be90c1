import type { Usage } from "@cache/core/spi";
import type { Statements } from "./statements.ts";

const unused: Usage = Object.freeze({ entries: 0, bytes: 0, version: 0 });

/** Reads how full a table is. */
export function readUsage(statements: Statements, table: number): Usage {
  const columns = statements.usage.get(table);
  return columns ? { entries: columns[0], bytes: columns[1], version: columns[2] } : unused;
}

/** By how much a table grows in the course of a batch. Written once, at the end. */
export class Tally {
  readonly #statements: Statements;
  readonly #table: number;
  #before: Usage | undefined;
  #entries = 0;
  #bytes = 0;
  #hasChangedRows = false;

  constructor(statements: Statements, table: number) {
    this.#statements = statements;
    this.#table = table;
  }

  /** How many rows the table has by now. */
  get entries(): number {
    return this.#usageBefore().entries + this.#entries;
  }

  /** The sum of their `storedBytes`. */
  get bytes(): number {
    return this.#usageBefore().bytes + this.#bytes;
  }

  /**
   * Takes note of rows that have come (positive), been replaced or made to expire earlier (0) or gone (negative), and of the bytes by which the
   * table has grown.
   */
  add(rows: number, bytes: number): void {
    this.#entries += rows;
    this.#bytes += bytes;
    this.#hasChangedRows = true;
  }

  /** Takes note of bytes by which the table has grown though none of its rows has changed so. */
  resize(bytes: number): void {
    this.#bytes += bytes;
  }

  /** Stores the usage, as that of a version if rows have changed. */
  write(version: number): void {
    if (this.#hasChangedRows) this.#statements.addUsage.run(this.#table, this.#entries, this.#bytes, version);
    else if (this.#bytes !== 0) this.#statements.addUsage.run(this.#table, 0, this.#bytes, 0);
  }

  #usageBefore(): Usage {
    return (this.#before ??= readUsage(this.#statements, this.#table));
  }
}
