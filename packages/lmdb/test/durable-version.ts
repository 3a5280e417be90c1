import { readFileSync } from "node:fs";

/*
 * Where liblmdb's mdb.c, as lmdb-js builds it, keeps what is needed here: in each MDB_meta the length of a page, the flags of the last commit,
 * and that commit's number. The third MDB_meta, which lmdb-js adds, lies in the middle of the first page.
 */
const HEADER_BYTES = 24;
const PAGE_LENGTH_AT = 24;
const FLAGS_AT = 28;
const COMMIT_AT = 128;
const MDB_OVERLAPPINGSYNC = 0x1000;

/** The engine's numbers of commits in a data file. */
export interface CommitNumbers {
  /** The last commit that readers see. */
  readonly visible: number;
  /** The last one that would be opened after the machine has failed, provided that the engine has brought its pages to the disk. */
  readonly durable: number;
}

/** Reads how far the commits of a data file have got. */
export function commitNumbers(dataFile: string): CommitNumbers {
  const file = readFileSync(dataFile);
  const pageLength = file.readUInt32LE(HEADER_BYTES + PAGE_LENGTH_AT);
  const [first, second, flushed] = [0, pageLength, pageLength / 2].map((start) => ({
    commit: Number(file.readBigUInt64LE(start + HEADER_BYTES + COMMIT_AT)),
    isFlushed: start === pageLength / 2 || (file.readUInt16LE(start + HEADER_BYTES + FLAGS_AT) & MDB_OVERLAPPINGSYNC) === 0,
  })) as [Meta, Meta, Meta];
  const durable = [first, second, flushed].filter(({ isFlushed }) => isFlushed).map(({ commit }) => commit);
  return { visible: Math.max(first.commit, second.commit), durable: Math.max(...durable) };
}

interface Meta {
  readonly commit: number;
  readonly isFlushed: boolean;
}
