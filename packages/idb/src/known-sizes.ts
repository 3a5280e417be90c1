import type { RowSize } from "./row.ts";

/** How many rows are remembered: some 100 bytes each. */
const MOST_ROWS = 32_768;

/** A row's key, and its size; `undefined` when it is gone, or nobody knows. */
export type SizeOfRow = readonly [rowKey: Uint8Array, size: RowSize | undefined];

/**
 * The sizes of rows as a store's own commits have left them, so that the next one needn't read what it replaces only to count it. They hold
 * for as long as the last commit in the database is the store's own, which its token tells; after anybody else's, all are forgotten.
 */
export class KnownSizes {
  /** By the row's key as a text. Most rows have no deadline, and then are their bytes alone. The oldest come first. */
  readonly #sizes = new Map<string, number | RowSize>();
  #token: number | undefined;
  #version = 0;

  /** The size of a row, if it is known and there. */
  of(rowKey: Uint8Array): RowSize | undefined {
    const size = this.#sizes.get(textOf(rowKey));
    return typeof size === "number" ? { expiresAt: Number.POSITIVE_INFINITY, bytes: size } : size;
  }

  /** The last commit that the sizes know of, by its token. */
  get token(): number | undefined {
    return this.#token;
  }

  /** Forgets all unless the last commit in the database called itself so. */
  holdAfter(token: number | undefined): void {
    if (token === undefined || token !== this.#token) this.clear();
  }

  /** Takes note of what a commit has left of rows. `undefined` for all rows: the commit went through ranges of them. */
  committed(token: number, version: number, rows: readonly SizeOfRow[] | undefined): void {
    // Heard of out of order, or across a database that was deleted.
    if (!rows || version <= this.#version) this.clear();
    this.#token = token;
    this.#version = version;
    for (const [rowKey, size] of rows ?? []) {
      const text = textOf(rowKey);
      this.#sizes.delete(text);
      if (size) this.#sizes.set(text, size.expiresAt === Number.POSITIVE_INFINITY ? size.bytes : size);
    }
    for (const text of this.#sizes.keys()) {
      if (this.#sizes.size <= MOST_ROWS) break;
      this.#sizes.delete(text);
    }
  }

  /** Forgets all. */
  clear(): void {
    this.#sizes.clear();
    this.#token = undefined;
    this.#version = 0;
  }
}

/** Bytes as a text. */
function textOf(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
