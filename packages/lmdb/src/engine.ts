import { open } from "lmdb";
import { type EngineKey, type FoundKey, keyEncoder } from "./engine-key.ts";

/** Which lines of the B-tree to pass over. */
export interface EngineRange {
  readonly start: EngineKey;
  /** Absent: to the last line. */
  readonly end?: EngineKey;
  readonly exclusiveStart: boolean;
  readonly inclusiveEnd: boolean;
  readonly reverse: boolean;
  readonly limit?: number;
}

/** A line of the B-tree: both parts lie in the engine's buffers and are valid until its next call. */
export interface EngineLine {
  readonly key: FoundKey;
  readonly value: Uint8Array;
}

/** Pages of a B-tree. */
interface TreePages {
  readonly treeBranchPageCount: number;
  readonly treeLeafPageCount: number;
  readonly overflowPages: number;
}

/** How the file is used: by the rows, and by the list of free pages. Untyped in lmdb-js. */
export interface EngineStatistics extends TreePages {
  readonly pageSize: number;
  readonly lastPageNumber: number;
  readonly free: TreePages;
}

/** The engine's own view of its folder. */
export interface NativeEnvironment {
  /** Without a callback, done when it returns. */
  sync(): void;
  /** Begins a transaction in another thread, with instructions at an address. The thread tells how far it is, and asks for jobs to be done. */
  startWriting(address: number, tell: (status: number) => unknown): void;
}

/** What we use of lmdb-js, with our own keys, and with values that aren't copied out of its buffer. */
export interface Engine {
  getBinaryFast(key: EngineKey): Uint8Array | undefined;
  getRange(range: EngineRange): Iterable<EngineLine>;
  getKeys(range: EngineRange): Iterable<FoundKey>;
  put(key: EngineKey, value: Uint8Array): unknown;
  remove(key: EngineKey): unknown;
  childTransaction<T>(job: () => T): Promise<T>;
  transactionSync<T>(job: () => T): T;
  /** The number of the write transaction that is under way, one more than that of its base; 0 if it couldn't be begun. */
  getWriteTxnId(): number;
  resetReadTxn(): void;
  /** Sees to it that there is a snapshot to read. Missing from lmdb-js' types, as the next. */
  ensureReadTxn(): void;
  /** The engine's own handle. */
  readonly db: object;
  readerCheck(): number;
  getStats(): EngineStatistics;
  /** Calls back once everything committed is on the disk, with an error if it can't be. Missing from lmdb-js' types. */
  sync(done: (error?: Error) => void): void;
  /** What lmdb-js is made on. Missing from lmdb-js' types, too. */
  readonly env: NativeEnvironment;
  close(): Promise<void>;
}

/** Leaves bytes as they are: without a decoder of its own, lmdb-js copies every value that an iteration passes. */
const asTheyAre = {
  encode: (bytes: Uint8Array): Uint8Array => bytes,
  decode: (bytes: Uint8Array): Uint8Array => bytes,
};

/** Opens the B-tree in a folder, which must exist. */
export function openEngine(folder: string, maxReaders: number): Engine {
  const engine: unknown = open({
    path: folder,
    // Else lmdb-js takes a folder whose name has a dot in it for a file.
    noSubdir: false,
    encoding: "binary",
    encoder: asTheyAre,
    keyEncoder,
    maxDbs: 1,
    maxReaders,
    // Batching by turn is core's work; and lmdb-js' own leaves rejected promises behind that nobody can handle when a commit fails.
    eventTurnBatching: false,
  });
  // What the key encoder takes and gives is the type of keys; lmdb-js' own types have no place for it.
  return engine as Engine;
}
