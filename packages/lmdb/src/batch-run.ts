import type { Batch, CommitResult, Operation, Trimmed } from "@cache/core/spi";
import { holds } from "./check.ts";
import type { Engine } from "./engine.ts";
import { deleteRange, trim } from "./removal.ts";
import { TableWriter } from "./table-writer.ts";
import { readVersion, writeVersion } from "./tally.ts";

/** Carries out a batch inside a write transaction. If it throws, the transaction must be aborted. */
export function runBatch(engine: Engine, batch: Batch): CommitResult {
  const failed = batch.checks.findIndex((check) => !holds(engine, check, batch.now));
  if (failed !== -1) return { ok: false, failed };
  return new BatchRun(engine, batch.now).run(batch.operations);
}

class BatchRun {
  readonly #engine: Engine;
  readonly #now: number;
  readonly #version: number;
  readonly #writers = new Map<number, TableWriter>();
  readonly #trimmed: Trimmed[] = [];

  constructor(engine: Engine, now: number) {
    this.#engine = engine;
    this.#now = now;
    this.#version = readVersion(engine) + 1;
  }

  run(operations: readonly Operation[]): CommitResult {
    const counts = operations.map((operation, position) => this.#carryOut(operation, position));
    for (const { tally } of this.#writers.values()) tally.write(this.#engine, this.#version);
    writeVersion(this.#engine, this.#version);
    return { ok: true, version: this.#version, counts, trimmed: this.#trimmed };
  }

  #carryOut(operation: Operation, position: number): number {
    const writer = this.#writerOf(operation.table);
    switch (operation.type) {
      case "set":
        return writer.set(operation) ? 1 : 0;
      case "delete":
        return writer.remove(operation.key) === "live" ? 1 : 0;
      case "touch":
        return writer.touch(operation) ? 1 : 0;
      case "deleteRange":
        return deleteRange(writer, operation, this.#now);
      case "trim": {
        const { keys, more } = trim(writer, operation);
        this.#trimmed.push({ operation: position, keys, more });
        return keys.length;
      }
    }
  }

  #writerOf(table: number): TableWriter {
    let writer = this.#writers.get(table);
    if (!writer) this.#writers.set(table, (writer = new TableWriter(this.#engine, table, this.#now, this.#version)));
    return writer;
  }
}
