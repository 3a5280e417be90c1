import type { Synchronous } from "./synchronous.ts";

/** A file whose log a thread is to write back. */
export interface WriteBackJob {
  /** Tells the jobs of a process apart. */
  readonly id: number;
  readonly path: string;
  readonly synchronous: Synchronous;
  /** Numbers in memory that both threads see, at `STATE` and `TRIES`. */
  readonly shared: Int32Array<SharedArrayBuffer>;
}

/** Where `shared` holds one of `IDLE`, `ASKED`, `RUNNING` and `CLOSED`. */
export const STATE = 0;

/** Where `shared` holds how often the thread has begun. */
export const TRIES = 1;

/** What the thread tells after each try. */
export interface WriteBackReport {
  readonly id: number;
  /** Which try it was: what was committed before it began is in `written`, unless somebody was in the way. */
  readonly which: number;
  /** How many pages of the log are in the file. */
  readonly written: number;
}

/** Nobody has asked, or what was asked is done. */
export const IDLE = 0;

/** The thread is to write the log back when it gets to it. Until then, whoever has asked may change its mind. */
export const ASKED = 1;

/** The thread has the file open. */
export const RUNNING = 2;

/** Whoever asked has let go of the file. */
export const CLOSED = 3;

/**
 * How many pages make a log that is worth writing back: 32 MiB. Batches touch a page per row and more with indexes, and a page that is written
 * several times goes back once.
 */
export const LONG_LOG_PAGES: number = 8192;
