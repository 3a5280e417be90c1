import { type Batch, CacheError, type CommitResult, type Operation, type Trimmed } from "@cache/core/spi";
import { holds } from "./check.ts";
import { LineWriter } from "./line-writer.ts";
import { deleteRange } from "./removal.ts";
import type { Statements } from "./statements.ts";
import { RowRemover } from "./row-remover.ts";
import { type BatchParts, TableWriter } from "./table-writer.ts";
import { trim } from "./trim.ts";

/** Carries out a batch inside a write transaction. If it throws or a check fails, the transaction must be rolled back. */
export function runBatch(statements: Statements, batch: Batch): CommitResult {
  const failed = batch.checks.findIndex((check) => !holds(statements, check, batch.now));
  if (failed !== -1) return { ok: false, failed };
  return new BatchRun(statements, batch).run();
}

class BatchRun {
  readonly #operations: readonly Operation[];
  readonly #parts: BatchParts;
  readonly #writers = new Map<number, TableWriter>();
  readonly #trimmed: Trimmed[] = [];

  constructor(statements: Statements, { now, operations }: Batch) {
    const version = statements.nextVersion.get();
    if (version === undefined) throw new CacheError("CACHE_CORRUPT", "the file has lost its count of commits");
    this.#operations = operations;
    this.#parts = {
      statements,
      lines: new LineWriter(statements),
      rows: new RowRemover(statements),
      now,
      version,
      operations: operations.length,
    };
  }

  run(): CommitResult {
    const counts = this.#operations.map((operation, position) => this.#carryOut(operation, position));
    const { lines, version } = this.#parts;
    lines.flush();
    for (const writer of this.#writers.values()) writer.finish();
    return { ok: true, version, counts, trimmed: this.#trimmed };
  }

  #carryOut(operation: Operation, position: number): number {
    if (operation.type === "trim") {
      const done = trim(
        operation,
        operation.tables.map((table) => this.#writerOf(table)),
      );
      // Whatever comes next may look for rows.
      this.#parts.rows.flush();
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
    if (!writer) this.#writers.set(table, (writer = new TableWriter(this.#parts, table)));
    return writer;
  }
}
