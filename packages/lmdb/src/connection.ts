import { CacheError } from "@cache/core/spi";
import { accessSync, constants, existsSync, mkdirSync, realpathSync, rmdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { checkDataFile } from "./data-file.ts";
import { type Engine, openEngine } from "./engine.ts";
import { claim } from "./format.ts";
import { Room } from "./room.ts";

/** Ends the snapshot of a turn's reads. Taken when the module loads, lest a test's fake timers keep it for ever. */
const afterThisTurn = setImmediate;

/** The engine's names for its files. */
const DATA_FILE = "data.mdb";
const LOCK_FILE = "lock.mdb";

/** The folders that this thread has open: a process must not open an LMDB file twice. */
const connections = new Map<string, Connection>();

/**
 * A folder's open engine, shared by all stores on it in this thread. It is let go of when its last holder and the last commit are done
 * with it.
 */
export class Connection {
  readonly engine: Engine;
  readonly room: Room;
  readonly #folder: string;
  readonly #madeFolder: boolean;
  #holders = 1;
  #commits = 0;
  #isReading = false;
  #closed: Promise<void> | undefined;

  private constructor(engine: Engine, folder: string, madeFolder: boolean) {
    this.engine = engine;
    this.room = new Room(join(folder, DATA_FILE), engine.getStats().pageSize);
    this.#folder = folder;
    this.#madeFolder = madeFolder;
  }

  /** Opens a folder, or joins those who have it open. Throws what {@link checkDataFile} and {@link claim} throw, and errors of both systems. */
  static open(path: string, maxReaders: number): Connection {
    const madeFolder = makeFolder(path);
    const folder = realpathSync(path);
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
    try {
      engine.readerCheck();
      claim(engine, dataFile);
    } catch (error) {
      void engine.close();
      throw error;
    }
    const connection = new Connection(engine, folder, madeFolder);
    connections.set(folder, connection);
    return connection;
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

  /** Runs a commit that takes its time; the engine stays open until it is done. */
  async during<T>(commit: () => Promise<T>): Promise<T> {
    this.#commits++;
    try {
      return await commit();
    } finally {
      this.#commits--;
      void this.#closeIfFree();
    }
  }

  /** Gives up one hold. Settles when the engine is closed, or at once if others hold it. */
  release(): Promise<void> {
    this.#holders--;
    return this.#closeIfFree();
  }

  /** Deletes the files, and the folder if it was made for them. The engine must be closed. */
  deleteFiles(): void {
    for (const name of [DATA_FILE, LOCK_FILE]) rmSync(join(this.#folder, name), { force: true });
    if (this.#madeFolder) removeIfEmpty(this.#folder);
  }

  #closeIfFree(): Promise<void> {
    if (this.#holders > 0 || this.#commits > 0) return Promise.resolve();
    if (!this.#closed) {
      connections.delete(this.#folder);
      this.#closed = this.engine.close();
    }
    return this.#closed;
  }
}

/** Makes a folder; tells whether it wasn't there before. */
function makeFolder(path: string): boolean {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === false)
    throw new CacheError("CACHE_CORRUPT", `${path} is a file, and was left as it is; the path of a cache must name a folder`);
  return mkdirSync(path, { recursive: true }) !== undefined;
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOTEMPTY")) throw error;
  }
}
