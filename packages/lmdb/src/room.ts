import { type Batch, CacheError } from "@cache/core/spi";
import { readFileSync, statfsSync, statSync } from "node:fs";
import type { Engine } from "./engine.ts";

/*
 * The engine must not meet a full disk: lmdb-js 3.5.6 then writes past the end of a message's memory (mdb_page_flush in liblmdb's mdb.c)
 * and takes the process down soon after. So we look before we commit. What a commit needs can only be estimated, and others use the disk,
 * too: it remains possible to fail, but takes bad luck.
 */

/** Pages that a commit may need beside its lines: the way to them, usage, the list of free pages. */
const COMMIT_PAGES = 64;

/** The same for commits that only remove: they get what the others leave, so that there is a way out of a full disk. */
const REMOVAL_PAGES = 16;

/** While so much is left, commits may rely on a greater part of the free pages inside the file. */
const RESERVED_PAGES = 8;

/** When a write failed without a reason and fewer pages than this are free, the reason is that. */
const SCARCE_PAGES = 1024;

/** Pages that a line may need beside its bytes: the copy of its leaf, and half of another when that splits. */
const LINE_PAGES = 2;

/** How much more room bytes take in leaves, which are seldom full. */
const LEAF_OVERHEAD = 2.5;

/** A value from this length on gets pages of its own, which it fills. */
const OWN_PAGES_BYTES = 2000;

/** The part of the free pages inside the file that is relied on: some were freed too lately, and long values need several in a row. */
const USABLE_PART = 0.5;
const SURELY_USABLE_PART = 0.25;

/** The bytes of a line beside its key and value. */
const LINE_BYTES = 32;

/** How long what was seen of the disk is relied on, in milliseconds, and which part of it. */
const TRUSTED_MS = 1000;
const TRUSTED_PART = 0.25;

/** What a batch needs: pages in any case, and for what it writes. */
interface Need {
  pages: number;
  lines: number;
  bytes: number;
}

/** The room that a data file can grow into: on its file system, and below the largest size that this process may give a file. */
export class Room {
  readonly #dataFile: string;
  readonly #largestFile: number = fileSizeLimit();
  readonly #pageBytes: number;
  #trusted = 0;
  #trustedUntil = 0;

  constructor(dataFile: string, pageBytes: number) {
    this.#dataFile = dataFile;
    this.#pageBytes = pageBytes;
  }

  /**
   * Throws `CACHE_FULL` when there is not enough room for a batch. Tells whether room is tight: then the batch relies on pages inside the
   * file that are free, and pages that it frees should be made usable by another commit.
   */
  assertFor(batch: Batch, engine: Engine): boolean {
    const need = needOf(batch);
    const bytes = (need.pages + need.lines * LINE_PAGES) * this.#pageBytes + need.bytes * LEAF_OVERHEAD;
    const now = performance.now();
    if (bytes <= this.#trusted && now < this.#trustedUntil) {
      this.#trusted -= bytes;
      return false;
    }
    const free = this.#free();
    if (bytes <= free) {
      this.#trusted = (free - bytes) * TRUSTED_PART;
      this.#trustedUntil = now + TRUSTED_MS;
      return false;
    }
    const usablePart = free < RESERVED_PAGES * this.#pageBytes ? SURELY_USABLE_PART : USABLE_PART;
    if (this.#needBesideFreePages(need, usablePart, engine) > free)
      throw new CacheError(
        "CACHE_FULL",
        `there is no room for ${this.#dataFile} to grow: free some, or delete entries. Nothing was changed`,
      );
    return true;
  }

  /** Whether room is so scarce that this must be why the engine failed to write as much as it wanted. */
  get isScarce(): boolean {
    return this.#free() < SCARCE_PAGES * this.#pageBytes;
  }

  #free(): number {
    const { bavail, bsize } = statfsSync(this.#dataFile);
    return Math.min(bavail * bsize, this.#largestFile - statSync(this.#dataFile).size);
  }

  /** A closer estimate, which costs more: no more pages are copied than there are, and free ones inside the file are used first. */
  #needBesideFreePages({ pages, lines, bytes }: Need, usablePart: number, engine: Engine): number {
    const { treeBranchPageCount, treeLeafPageCount, overflowPages, lastPageNumber, free } = engine.getStats();
    const treePages = treeBranchPageCount + treeLeafPageCount;
    const freeListPages = free.treeBranchPageCount + free.treeLeafPageCount + free.overflowPages;
    const freePages = lastPageNumber - 1 - treePages - overflowPages - freeListPages;
    const copiedPages = Math.min(lines * LINE_PAGES, treePages);
    return (pages + copiedPages - freePages * usablePart) * this.#pageBytes + (bytes + lines * LINE_BYTES) * LEAF_OVERHEAD;
  }
}

function needOf(batch: Batch): Need {
  const need = { pages: REMOVAL_PAGES, lines: 0, bytes: 0 };
  for (const operation of batch.operations) {
    if (operation.type !== "set" && operation.type !== "touch") continue;
    const { key, entries } = operation;
    need.pages = Math.max(need.pages, COMMIT_PAGES);
    need.lines += 1 + entries.length;
    const valueBytes = operation.type === "set" ? operation.value.length : 0;
    need.bytes += key.length + (valueBytes < OWN_PAGES_BYTES ? valueBytes : valueBytes / LEAF_OVERHEAD);
    if (valueBytes >= OWN_PAGES_BYTES) need.pages += 2;
    for (const { bytes } of entries) need.bytes += bytes.length + key.length;
  }
  return need;
}

/** The largest file that this process may write, in bytes (`ulimit -f`). Only Linux tells. */
function fileSizeLimit(): number {
  try {
    const [, limit] = /^Max file size +(\d+)/m.exec(readFileSync("/proc/self/limits", "latin1")) ?? [];
    return limit === undefined ? Number.POSITIVE_INFINITY : Number(limit);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
