import type { EncodedKey, IndexEntry } from "./entry.ts";

/** A range of byte strings in byte order; an absent bound is open. At most one lower and one upper bound are given. */
export interface ByteRange {
  readonly gt?: Uint8Array | undefined;
  readonly gte?: Uint8Array | undefined;
  readonly lt?: Uint8Array | undefined;
  readonly lte?: Uint8Array | undefined;
}

/** Writes a row whole: the value, the deadline, and all index entries, which replace those of the old row. */
export interface SetOperation {
  readonly type: "set";
  readonly table: number;
  readonly key: EncodedKey;
  readonly value: Uint8Array;
  /** Epoch milliseconds, or `Infinity`. */
  readonly expiresAt: number;
  readonly entries: readonly IndexEntry[];
}

/** Removes a row and its index entries, if it is there. */
export interface DeleteOperation {
  readonly type: "delete";
  readonly table: number;
  readonly key: EncodedKey;
}

/** Removes all rows of a table whose keys lie in the range (no bound: the whole table), with their index entries. */
export interface DeleteRangeOperation extends ByteRange {
  readonly type: "deleteRange";
  readonly table: number;
}

/**
 * Changes a live row's deadline and some of its index entries, but neither its value nor its version. Does nothing to a row that is absent
 * or expired at the batch's `now`.
 */
export interface TouchOperation {
  readonly type: "touch";
  readonly table: number;
  readonly key: EncodedKey;
  /** Epoch milliseconds, or `Infinity`; absent leaves the deadline as it is. */
  readonly expiresAt?: number | undefined;
  /** The indexes whose entries for this row are replaced by those in `entries`; other indexes keep theirs. */
  readonly indexes: readonly number[];
  readonly entries: readonly IndexEntry[];
}

/**
 * Removes rows of some tables in the order of an index, lowest entry first across all of them, and by key where entries are the same. Only
 * those from `gte` on and below `lt`, bounds as of a range by index: they apply to an entry's bytes followed by its row's key. With
 * `maxEntries` or `maxBytes` it removes only while the tables together have more than one of these; without, all that it meets. Stops after
 * it has removed or kept `limit` rows.
 */
export interface TrimOperation {
  readonly type: "trim";
  /** At least one; none twice. */
  readonly tables: readonly number[];
  readonly index: number;
  readonly gte?: Uint8Array | undefined;
  readonly lt?: Uint8Array | undefined;
  readonly maxEntries?: number | undefined;
  readonly maxBytes?: number | undefined;
  /** The most rows to remove or keep, at least 1. */
  readonly limit: number;
  /**
   * Asked about rows before they go. The bytes of an entry in its answer keep a live row, whose entry that is from then on instead of the one
   * it was met by: as a touch of this index would do it. About expired rows it need not be asked, and its answer doesn't count. May be asked
   * again when a commit is tried again, so it has no effects.
   */
  readonly review?: ((row: TrimCandidate) => Uint8Array | undefined) | undefined;
}

/** A row that a trim is about to remove. Its bytes are only to be read, and to be copied by whoever keeps them. */
export interface TrimCandidate {
  readonly table: number;
  readonly key: EncodedKey;
  /** The bytes of the index entry it was met by, followed by the key. */
  readonly position: Uint8Array;
}

/** One change of a batch. */
export type Operation = SetOperation | DeleteOperation | DeleteRangeOperation | TouchOperation | TrimOperation;

/** The tables that an operation is about. */
export function tablesOf(operation: Operation): readonly number[] {
  return operation.type === "trim" ? operation.tables : [operation.table];
}

/**
 * What must be true for a batch to be carried out. All checks look at the store as it was before the batch.
 *
 * - `version`: the row has exactly this version and is live at the batch's `now`; with `undefined`, it is absent or expired. Where `expiresAt`
 *   is given, the row also has this very deadline, which a touch changes without a new version.
 * - `unique`: no live row other than that of `key` has this entry in this index, which is none of the system's. Where a later operation sets the
 *   row of `key` with this entry, marked as unique, a store may instead look at the moment of that operation: rows that earlier ones took it from
 *   don't count then.
 * - `table`: no commit later than this version has written to the table (see {@link Usage}).
 */
export type Check =
  | {
      readonly type: "version";
      readonly table: number;
      readonly key: EncodedKey;
      readonly version: number | undefined;
      /** Epoch milliseconds, or `Infinity`; only with a version. */
      readonly expiresAt?: number | undefined;
    }
  | { readonly type: "unique"; readonly table: number; readonly index: number; readonly bytes: Uint8Array; readonly key: EncodedKey }
  | { readonly type: "table"; readonly table: number; readonly version: number };

/**
 * A list of checks and operations that happens as a whole or not at all. Operations take effect in order. Without any, it tells whether the
 * checks hold, and is a commit that writes to no table.
 */
export interface Batch {
  /** The moment by which rows count as live or expired, in epoch milliseconds: a row is expired when `expiresAt <= now`. */
  readonly now: number;
  readonly checks: readonly Check[];
  readonly operations: readonly Operation[];
}

/** What a trim did. */
export interface Trimmed {
  /** Which operation of the batch. */
  readonly operation: number;
  /** The removed rows, in the order of the index. */
  readonly rows: readonly TrimmedRow[];
  /** How many rows the `review` kept. */
  readonly kept: number;
  /** Whether it stopped at its limit with reason to go on. */
  readonly more: boolean;
}

/** A row that a trim removed. */
export interface TrimmedRow {
  readonly table: number;
  readonly key: EncodedKey;
  /** Whether it wasn't expired at the batch's `now`. */
  readonly wasLive: boolean;
}

/** The outcome of a commit. */
export type CommitResult =
  | {
      readonly ok: true;
      /** The version of this commit: one more than that of the commit before it in this store, whichever process made it. */
      readonly version: number;
      /**
       * One number per operation: for `set` 1 when it replaced a live row, for `delete` 1 when it removed a live row, for `touch` 1 when
       * there was a live row, for `deleteRange` the live rows removed, for `trim` all rows removed, expired ones too.
       */
      readonly counts: readonly number[];
      readonly trimmed: readonly Trimmed[];
    }
  | {
      readonly ok: false;
      /** Which check of the batch failed. Nothing was changed. */
      readonly failed: number;
    };
