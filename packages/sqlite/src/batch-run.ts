import { type Batch, CacheError, type CommitResult, type Operation, type Trimmed } from "@cache/core/spi";
import { holds } from "./check.ts";
import { LineWriter } from "./line-writer.ts";
import { deleteRange } from "./removal.ts";
import type { Statements } from "./statements.ts";
import { TableWriter } from "./table-writer.ts";
import { trim } from "./trim.ts";

/** Carries out a batch inside a write transaction. If it throws or a check fails, the transaction must be rolled back. */
export function runBatch(statements: Statements, batch: Batch): CommitResult {
  const failed = batch.checks.findIndex((check) => !holds(statements, check, batch.now));
  if (failed !== -1) return { ok: false, failed };
  return new BatchRun(statements, batch.now).run(batch.operations);
}

class BatchRun {
  readonly #statements: Statements;
  readonly #now: number;
  readonly #version: number;
  readonly #writers = new Map<number, TableWriter>();
  readonly #lines: LineWriter;
  readonly #trimmed: Trimmed[] = [];

  constructor(statements: Statements, now: number) {
    this.#statements = statements;
    this.#lines = new LineWriter(statements);
    this.#now = now;
    const version = statements.nextVersion.get();
    if (version === undefined) throw new CacheError("CACHE_CORRUPT", "the file has lost its count of commits");
    this.#version = version;
  }

  run(operations: readonly Operation[]): CommitResult {
    const counts = operations.map((operation, position) => this.#carryOut(operation, position));
    this.#lines.flush();
    for (const { tally } of this.#writers.values()) tally.write(this.#version);
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
        return deleteRange(writer, operation);
    }
  }

  #writerOf(table: number): TableWriter {
    let writer = this.#writers.get(table);
    if (!writer) this.#writers.set(table, (writer = new TableWriter(this.#statements, this.#lines, table, this.#now, this.#version)));
    return writer;
  }
}
