import type { StoredEntry } from "./entry.ts";

const MAX_PAGE_ROWS = 1024;

/** The bytes of values that a page should not exceed by much. */
const PAGE_BYTES = 1024 * 1024;

/** How many rows to ask for in the next page: the more, the longer an iteration goes on, while their values stay small. */
export class PageSize {
  #rows: number;

  constructor(first: number) {
    this.#rows = first;
  }

  get rows(): number {
    return this.#rows;
  }

  /** Takes the rows of a page into account. */
  adapt(rows: readonly { readonly stored?: StoredEntry | undefined }[]): void {
    let bytes = 1;
    for (const { stored } of rows) bytes += stored?.value.length ?? 0;
    const fitting = rows.length === 0 ? this.#rows : Math.floor((PAGE_BYTES * rows.length) / bytes);
    this.#rows = Math.max(1, Math.min(this.#rows * 2, fitting, MAX_PAGE_ROWS));
  }
}
