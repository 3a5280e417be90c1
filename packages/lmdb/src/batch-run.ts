import type { Batch, CommitResult, Operation, Trimmed } from "@cache/core/spi";
import { holds } from "./check.ts";
import type { Engine } from "./engine.ts";
import { deleteRange } from "./removal.ts";
import { TableWriter } from "./table-writer.ts";
import { readVersion, writeVersion } from "./tally.ts";
import { trim } from "./trim.ts";

/**
 * Carries out a batch inside a write transaction. If it throws, the transaction must be aborted. `uniqueAt` is the version of a commit after
 * which all unique checks hold, if one is known.
 */
export function runBatch(engine: Engine, { checks, operations, now }: Batch, uniqueAt: number | undefined): CommitResult {
  const version = readVersion(engine);
  const isKnown = version === uniqueAt;
  const failed = checks.findIndex((check) => !(isKnown && check.type === "unique") && !holds(engine, check, now));
  if (failed !== -1) return { ok: false, failed };
  return new BatchRun(engine, now, version + 1, operations).run();
}

class BatchRun {
  readonly #engine: Engine;
  readonly #now: number;
  readonly #version: number;
  readonly #operations: readonly Operation[];
  readonly #writers = new Map<number, TableWriter>();
  readonly #trimmed: Trimmed[] = [];

  constructor(engine: Engine, now: number, version: number, operations: readonly Operation[]) {
    this.#engine = engine;
    this.#now = now;
    this.#version = version;
    this.#operations = operations;
  }

  run(): CommitResult {
    const counts = this.#operations.map((operation, position) => this.#carryOut(operation, position));
    for (const writer of this.#writers.values()) writer.finish();
    writeVersion(this.#engine, this.#version);
    return { ok: true, version: this.#version, counts, trimmed: this.#trimmed };
  }

  #carryOut(operation: Operation, position: number): number {
    if (operation.type === "trim") {
      const done = trim(
        operation,
        operation.tables.map((table) => this.#writerOf(table)),
      );
      this.#trimmed.push({ operation: position, ...done });
      return done.rows.length;
    }
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
    }
  }

  #writerOf(table: number): TableWriter {
    let writer = this.#writers.get(table);
    if (!writer)
      this.#writers.set(table, (writer = new TableWriter(this.#engine, table, this.#now, this.#version, this.#operations.length)));
    return writer;
  }
}
