import type { Usage } from "@cache/core/spi";
import type { Engine } from "./engine.ts";
import { EngineKey } from "./engine-key.ts";
import { KIND, NUMBER_BYTES, readNumber, writeNumber } from "./layout.ts";

const key = new EngineKey();
const record = new Uint8Array(3 * NUMBER_BYTES);
const counter: Uint8Array = record.subarray(0, NUMBER_BYTES);

/** Reads how full a table is. */
export function readUsage(engine: Engine, table: number): Usage {
  const bytes = engine.getBinaryFast(key.ofTable(KIND.usage, table));
  if (!bytes) return { entries: 0, bytes: 0, version: 0 };
  return { entries: readNumber(bytes, 0), bytes: readNumber(bytes, NUMBER_BYTES), version: readNumber(bytes, 2 * NUMBER_BYTES) };
}

/** The version of the last commit; 0 when there was none. */
export function readVersion(engine: Engine): number {
  const bytes = engine.getBinaryFast(key.single(KIND.commits));
  return bytes ? readNumber(bytes, 0) : 0;
}

/** Makes a version that of the last commit. */
export function writeVersion(engine: Engine, version: number): void {
  writeNumber(counter, 0, version);
  engine.put(key.single(KIND.commits), counter);
}

/** A table's usage in the course of a batch. Written back once, at the end. */
export class Tally {
  readonly table: number;
  #entries: number;
  #bytes: number;
  #version: number;
  #isWritten = true;
  #hasChangedRows = false;

  constructor(engine: Engine, table: number) {
    this.table = table;
    const { entries, bytes, version } = readUsage(engine, table);
    this.#entries = entries;
    this.#bytes = bytes;
    this.#version = version;
  }

  get entries(): number {
    return this.#entries;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Takes note of a row that has come (1), been replaced or made to expire earlier (0) or gone (−1), and of the bytes by which the table has
   * grown.
   */
  add(rows: number, bytes: number): void {
    this.#entries += rows;
    this.resize(bytes);
    this.#hasChangedRows = true;
  }

  /** Takes note of bytes by which the table has grown though none of its rows has changed so. */
  resize(bytes: number): void {
    this.#bytes += bytes;
    this.#isWritten = false;
  }

  /** Takes note that all rows are gone. */
  clear(): void {
    if (this.#entries > 0) this.add(-this.#entries, -this.#bytes);
  }

  /** Stores the usage, as that of a version if rows have changed. */
  write(engine: Engine, version: number): void {
    if (this.#isWritten) return;
    if (this.#hasChangedRows) this.#version = version;
    writeNumber(record, 0, this.#entries);
    writeNumber(record, NUMBER_BYTES, this.#bytes);
    writeNumber(record, 2 * NUMBER_BYTES, this.#version);
    engine.put(key.ofTable(KIND.usage, this.table), record);
    this.#isWritten = true;
  }
}
