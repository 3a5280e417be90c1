import { CacheError } from "@cache/core/spi";
import { accessSync, constants, existsSync, mkdirSync, mkdtempSync, realpathSync, rmdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkDataFile } from "./data-file.ts";
import { type Engine, openEngine } from "./engine.ts";
import { EntrySearch } from "./entry-search.ts";
import { claim } from "./format.ts";
import { Room } from "./room.ts";
import { Transactions } from "./transactions.ts";

/** Ends the snapshot of a turn's reads. Taken when the module loads, lest a test's fake timers keep it for ever. */
const afterThisTurn = setImmediate;

/** The engine's names for its files. */
const DATA_FILE = "data.mdb";
const LOCK_FILE = "lock.mdb";

/** What the names of temporary folders begin with. */
const TEMPORARY_PREFIX = "cache-lmdb-";

/** How a folder came to be there: by others, or made for the data, or for them and nobody else. */
type Origin = "found" | "made" | "temporary";

/** The folders that this thread has open: a process must not open an LMDB file twice. */
const connections = new Map<string, Connection>();

/**
 * A folder's open engine, shared by all stores on it in this thread. It is let go of when its last holder and the last commit or flush
 * are done with it.
 */
export class Connection {
  readonly engine: Engine;
  readonly search: EntrySearch;
  readonly room: Room;
  readonly transactions: Transactions;
  readonly #folder: string;
  readonly #origin: Origin;
  #holders = 1;
  #jobs = 0;
  #isReading = false;
  #closed: Promise<void> | undefined;

  private constructor(engine: Engine, transactions: Transactions, folder: string, origin: Origin) {
    this.engine = engine;
    this.transactions = transactions;
    this.search = new EntrySearch(engine);
    this.room = new Room(join(folder, DATA_FILE), engine.getStats().pageSize);
    this.#folder = folder;
    this.#origin = origin;
  }

  /** Opens a folder, or joins those who have it open. Throws what {@link checkDataFile} and {@link claim} throw, and errors of both systems. */
  static open(path: string, maxReaders: number): Connection {
    const origin = makeFolder(path) ? "made" : "found";
    return Connection.#open(realpathSync(path), maxReaders, origin);
  }

  /** Opens a new folder among the temporary files of the system. It is deleted when the connection is closed. Throws errors of both systems. */
  static openTemporary(maxReaders: number): Connection {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), TEMPORARY_PREFIX)));
    try {
      return Connection.#open(folder, maxReaders, "temporary");
    } catch (error) {
      removeFolder(folder);
      throw error;
    }
  }

  static #open(folder: string, maxReaders: number, origin: Origin): Connection {
    const open = connections.get(folder);
    if (open) {
      open.#holders++;
      return open;
    }
    const dataFile = join(folder, DATA_FILE);
    checkDataFile(dataFile);
    // The engine may end the process when it can't make or open its files.
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    const lockFile = join(folder, LOCK_FILE);
    if (existsSync(lockFile)) accessSync(lockFile, constants.R_OK | constants.W_OK);
    const engine = openEngine(folder, maxReaders);
    let transactions: Transactions | undefined;
    try {
      transactions = new Transactions(engine, dataFile, lockFile);
      engine.readerCheck();
      claim(engine, transactions, dataFile);
      const connection = new Connection(engine, transactions, folder, origin);
      connections.set(folder, connection);
      return connection;
    } catch (error) {
      transactions?.close();
      void engine.close();
      throw error;
    }
  }

  /** Whether this thread has a folder open. */
  static isOpen(path: string): boolean {
    return statSync(path, { throwIfNoEntry: false }) !== undefined && connections.has(realpathSync(path));
  }

  /** Must be called before a read: reads of one turn share a snapshot, and it ends with the turn. */
  beginReading(): void {
    if (this.#isReading) return;
    this.#isReading = true;
    // lmdb-js itself goes on with a snapshot for a millisecond, whatever other processes have told us meanwhile.
    afterThisTurn(() => {
      this.#isReading = false;
      if (!this.#closed) this.engine.resetReadTxn();
    });
  }

  /** Does what takes its time, a commit or a flush; the engine stays open until it is done. */
  async during<T>(job: () => Promise<T>): Promise<T> {
    this.#jobs++;
    try {
      return await job();
    } finally {
      this.#jobs--;
      void this.#closeIfFree();
    }
  }

  /** Gives up one hold. Settles when the engine is closed, or at once if others hold it. */
  release(): Promise<void> {
    this.#holders--;
    return this.#closeIfFree();
  }

  /** How many bytes the files are long. */
  get fileBytes(): number {
    return [DATA_FILE, LOCK_FILE].reduce(
      (sum, name) => sum + (statSync(join(this.#folder, name), { throwIfNoEntry: false })?.size ?? 0),
      0,
    );
  }

  /** Deletes the files, and the folder if it was made for them. The engine must be closed. */
  deleteFiles(): void {
    for (const name of [DATA_FILE, LOCK_FILE]) rmSync(join(this.#folder, name), { force: true });
    if (this.#origin === "made") removeIfEmpty(this.#folder);
  }

  #closeIfFree(): Promise<void> {
    if (this.#holders > 0 || this.#jobs > 0) return Promise.resolve();
    if (!this.#closed) {
      connections.delete(this.#folder);
      this.#closed = this.#close();
      if (this.#origin === "temporary") this.#closed = vanish(this.#folder, this.#closed);
    }
    return this.#closed;
  }

  async #close(): Promise<void> {
    const { ended } = this.transactions.threads;
    this.transactions.close();
    // Without need for it, closed when this returns.
    if (ended) await ended;
    await this.engine.close();
  }
}

/** Makes a folder; tells whether it wasn't there before. */
function makeFolder(path: string): boolean {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === false)
    throw new CacheError("CACHE_CORRUPT", `${path} is a file, and was left as it is; the path of a cache must name a folder`);
  return mkdirSync(path, { recursive: true }) !== undefined;
}

/** Deletes a temporary folder: at once where files can be deleted that are still being closed, else when they are closed. */
function vanish(folder: string, closed: Promise<void>): Promise<void> {
  if (process.platform === "win32") return closed.then(() => removeFolder(folder));
  removeFolder(folder);
  return closed;
}

/** Deletes a temporary folder. One that can't be deleted is left to the system, as is one whose process died. */
function removeFolder(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    // The data are out of use, and nobody can do anything about it here.
  }
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOTEMPTY")) throw error;
  }
}
