import type { Batch, CommitResult } from "@cache/core/spi";
import type { Database } from "better-sqlite3";
import { realpathSync } from "node:fs";
import { join, resolve } from "node:path";
import { runBatch } from "./batch-run.ts";
import { bytesOf, hasLog, makeFolder, wasAbandoned } from "./data-file.ts";
import { openEngine, pragmaNumber } from "./engine.ts";
import { isFull } from "./errors.ts";
import { ensureFormat } from "./format.ts";
import { syncLog, syncLogHere } from "./log-sync.ts";
import { IN_MEMORY, type SqliteSettings } from "./options.ts";
import { ReadTurn } from "./read-turn.ts";
import { RowReader } from "./row-reader.ts";
import { Statements } from "./statements.ts";
import { makeTemporaryFolder, removeTemporaryFolder } from "./temporary-folder.ts";
import { setSynchronous, type Synchronous, synchronousOf } from "./synchronous.ts";
import { checkIfSuspect, makeRoom, tidy } from "./upkeep.ts";
import { MAX_LOG_PAGES, WriteBack } from "./write-back.ts";

/** The memory for pages of the file, in KiB; taken as pages are read. */
const PAGE_CACHE_KIB = 64 * 1024;

/**
 * How much of the file is mapped into memory, in bytes. Measured: a read from the map takes 10 % less than one from the page cache, and
 * nothing of a large file is copied.
 */
const MAPPED_BYTES = 2 ** 30;
const MAP_STEP_BYTES = 2 ** 16;

/** What a log that has grown far beyond its greatest length, behind a long read, is cut down to. */
const MAX_LOG_BYTES = 160 * 1024 * 1024;

/** The read transactions of this process by the file they read. */
const readTurns = new Map<string, Set<ReadTurn>>();

/** An open file: its prepared statements, the read transaction of the turn, what reads rows in it, and the way to commit. */
export class Connection {
  readonly statements: Statements;
  readonly turn: ReadTurn;
  readonly rows: RowReader;
  readonly #database: Database;
  readonly #file: string | undefined;
  readonly #temporaryFolder: string | undefined;
  readonly #writeBack: WriteBack | undefined;
  #mappedBytes = MAPPED_BYTES;

  private constructor(database: Database, file: string | undefined, synchronous: Synchronous, temporaryFolder: string | undefined) {
    this.#database = database;
    this.#file = file;
    this.#temporaryFolder = temporaryFolder;
    this.statements = new Statements(database);
    this.turn = new ReadTurn(database, this.statements);
    this.rows = new RowReader(database);
    if (file === undefined) return;
    this.#writeBack = new WriteBack(database, file, synchronous, () => this.#mapAnew());
    const turns = readTurns.get(file) ?? new Set();
    readTurns.set(file, turns.add(this.turn));
  }

  /** Opens or makes a file. Throws the engine's errors, `CACHE_CORRUPT`, `CACHE_VERSION` and `CACHE_UNSUPPORTED`. */
  static open(settings: SqliteSettings, store: string): Connection {
    if (settings.path === IN_MEMORY) return Connection.#open(undefined, settings, store);
    if (settings.path !== undefined) return Connection.#open(resolve(settings.path), settings, store);
    const folder = makeTemporaryFolder();
    try {
      return Connection.#open(join(folder, "cache.db"), settings, store, folder);
    } catch (error) {
      removeTemporaryFolder(folder);
      throw error;
    }
  }

  static #open(file: string | undefined, settings: SqliteSettings, store: string, temporaryFolder?: string): Connection {
    const { lockTimeout } = settings;
    if (file !== undefined) makeFolder(file);
    const isSuspect = file !== undefined && hasLog(file) && wasAbandoned(file, store, lockTimeout);
    const database = openEngine(file ?? IN_MEMORY, { lockTimeout });
    try {
      configure(database, settings);
      ensureFormat(database, store, lockTimeout);
      checkIfSuspect(database, store, isSuspect);
      return new Connection(database, file && realpathSync(file), synchronousOf(settings), temporaryFolder);
    } catch (error) {
      database.close();
      throw error;
    }
  }

  /** Carries out a batch in a transaction of its own. All reads of this process that come after see it. */
  commit(batch: Batch): CommitResult {
    // Ended first: a read that was not would see nothing of the commit, and a failure to end one must not look like the commit's.
    if (this.#file !== undefined) for (const turn of readTurns.get(this.#file) ?? []) turn.end();
    const result = this.#commitWithRoom(batch);
    this.#writeBack?.committed(result);
    return result;
  }

  /** What a commit that has time should wait for, lest the log get too long. */
  get caughtUp(): Promise<void> | undefined {
    return this.#writeBack?.caughtUp;
  }

  /** Brings all commits so far to the disk, those of other processes, too, if that is of use. Throws the file system's errors. */
  async flush(): Promise<void> {
    if (this.#file !== undefined && this.#temporaryFolder === undefined) await syncLog(this.#file);
  }

  /** `flush`, done when it returns. */
  flushHere(): void {
    if (this.#file !== undefined && this.#temporaryFolder === undefined) syncLogHere(this.#file);
  }

  /** How many bytes the file and what SQLite keeps beside it are long; `undefined` in memory. */
  get fileBytes(): number | undefined {
    return this.#file === undefined ? undefined : bytesOf(this.#file);
  }

  /** Ends the turn's reads and lets go of the file. */
  close(): void {
    try {
      this.turn.end();
      this.#writeBack?.close();
      if (this.#file !== undefined && this.#temporaryFolder === undefined) tidy(this.#database);
    } finally {
      const turns = this.#file === undefined ? undefined : readTurns.get(this.#file);
      turns?.delete(this.turn);
      if (turns?.size === 0 && this.#file !== undefined) readTurns.delete(this.#file);
      this.#database.close();
      if (this.#temporaryFolder !== undefined) removeTemporaryFolder(this.#temporaryFolder);
    }
  }

  /** Maps all of a file that others have made longer: SQLite does so only when it is told another limit, and nobody reads. */
  #mapAnew(): void {
    this.turn.end();
    this.#mappedBytes = this.#mappedBytes === MAPPED_BYTES ? MAPPED_BYTES + MAP_STEP_BYTES : MAPPED_BYTES;
    this.#database.pragma(`mmap_size = ${this.#mappedBytes}`);
  }

  #commitWithRoom(batch: Batch): CommitResult {
    try {
      return this.#commit(batch);
    } catch (error) {
      if (this.#file === undefined || !isFull(error)) throw error;
      this.#writeBack?.stop();
      if (!makeRoom(this.#database)) throw error;
      return this.#commit(batch);
    }
  }

  #commit(batch: Batch): CommitResult {
    const { beginImmediate, commit, rollback } = this.statements;
    this.turn.end();
    beginImmediate.run();
    try {
      const result = runBatch(this.statements, batch);
      (result.ok ? commit : rollback).run();
      return result;
    } catch (error) {
      // Some errors roll back by themselves.
      if (this.#database.inTransaction) rollback.run();
      throw error;
    }
  }
}

function configure(database: Database, settings: SqliteSettings): void {
  const { maxFileBytes } = settings;
  setSynchronous(database, synchronousOf(settings));
  database.pragma(`cache_size = -${PAGE_CACHE_KIB}`);
  database.pragma(`mmap_size = ${MAPPED_BYTES}`);
  database.pragma(`wal_autocheckpoint = ${MAX_LOG_PAGES}`);
  database.pragma(`journal_size_limit = ${MAX_LOG_BYTES}`);
  database.pragma("temp_store = MEMORY");
  if (maxFileBytes < Number.POSITIVE_INFINITY)
    database.pragma(`max_page_count = ${Math.max(1, Math.floor(maxFileBytes / pragmaNumber(database, "page_size")))}`);
}
