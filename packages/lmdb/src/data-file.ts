import { CacheError } from "@cache/core/spi";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { outOfReach } from "./page-walk.ts";

/*
 * The engine maps its file and follows what it finds there: bytes that are no database, or too few of them, end the process instead of
 * failing a call. So we look at the file first. The layout is that of liblmdb's mdb.c as lmdb-js builds it, data version 2, on
 * machines that put the least byte first: a page header of 24 bytes, and in the first two pages MDB_meta after it.
 */
const PAGE_HEADER_BYTES = 24;
const META_BYTES = 136;
const MAGIC = 0xbeefc0de;
const DATA_VERSION = 2;
const META_PAGE_FLAG = 0x08;

/** Where a page with an entry point has the number of the transaction that left it, in bytes from the page's beginning. */
export const TRANSACTION_AT: number = PAGE_HEADER_BYTES + 128;

/** One of the file's two entry points: the state that a transaction left. */
interface Meta {
  readonly pageBytes: number;
  readonly freeRoot: number;
  readonly mainRoot: number;
  readonly lastPage: number;
  readonly transaction: number;
}

/** How often to look again while another process changes the file. */
const ATTEMPTS = 5;

/**
 * Throws `CACHE_CORRUPT` for a file that isn't a whole LMDB database, `CACHE_VERSION` for one in a newer format of the engine, and what the
 * file system throws. A file that isn't there, or is empty, is fine: the engine makes it.
 */
export function checkDataFile(path: string): void {
  const file = openIfThere(path);
  if (file === undefined) return;
  try {
    if (fstatSync(file).size === 0) return;
    for (let attempt = 1; ; attempt++) {
      const meta = newestMeta(file, path);
      // In this order: the file may grow meanwhile, and never shrinks.
      const pages = Math.floor(fstatSync(file).size / meta.pageBytes);
      if (pages > meta.lastPage) return;
      // The file may end before its last page if that is free. So look whether anything beyond the end is in use.
      if (!outOfReach(file, meta.pageBytes, pages, [meta.freeRoot, meta.mainRoot])) return;
      if (newestMeta(file, path).transaction === meta.transaction || attempt === ATTEMPTS) throw damaged(path, "it has been cut short");
    }
  } finally {
    closeSync(file);
  }
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, "r+");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

function newestMeta(file: number, path: string): Meta {
  const first = readMeta(file, 0, path);
  const second = readMeta(file, first.pageBytes, path);
  return first.transaction >= second.transaction ? first : second;
}

function readMeta(file: number, position: number, path: string): Meta {
  const bytes = Buffer.alloc(PAGE_HEADER_BYTES + META_BYTES);
  if (readSync(file, bytes, 0, bytes.length, position) < bytes.length) throw damaged(path, "it is too short");
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const meta = PAGE_HEADER_BYTES;
  if ((view.getUint16(18, true) & META_PAGE_FLAG) === 0 || view.getUint32(meta, true) !== MAGIC)
    throw damaged(path, "it isn't one of LMDB");
  const version = view.getUint32(meta + 4, true) & 0xffff;
  if (version > DATA_VERSION)
    throw new CacheError("CACHE_VERSION", `${path} was written by a newer LMDB (data version ${version}); update @cache/lmdb`);
  if (version < DATA_VERSION) throw damaged(path, `it was written by another LMDB (data version ${version})`);
  const pageBytes = view.getUint32(meta + 24, true);
  if (pageBytes < 512 || pageBytes > 65_536 || (pageBytes & (pageBytes - 1)) !== 0) throw damaged(path, "its pages have no possible size");
  return {
    pageBytes,
    freeRoot: Number(view.getBigUint64(meta + 64, true)),
    mainRoot: Number(view.getBigUint64(meta + 112, true)),
    lastPage: Number(view.getBigUint64(meta + 120, true)),
    transaction: Number(view.getBigUint64(TRANSACTION_AT, true)),
  };
}

function damaged(path: string, why: string): CacheError {
  return new CacheError(
    "CACHE_CORRUPT",
    `${path} is no cache of @cache/lmdb: ${why}; it was left as it is. Move it away, or open another folder`,
  );
}
