import { type Batch, type Operation, type SetOperation, type Store, storedBytes, type SyncStore } from "@cache/core/spi";

/** The moment at which tests write. */
export const NOW = 1_000_000;

/** The table that tests write to. */
export const TABLE = 1;

export function bytes(word: string): Uint8Array {
  return new TextEncoder().encode(word);
}

export function text(stored: Uint8Array | undefined): string | undefined {
  return stored && new TextDecoder().decode(stored);
}

/** A row, without index entries unless told. */
export function set(key: string, value: string | Uint8Array, more: Partial<SetOperation> = {}): SetOperation {
  const stored = typeof value === "string" ? bytes(value) : value;
  return { type: "set", table: TABLE, key: bytes(key), value: stored, expiresAt: Number.POSITIVE_INFINITY, entries: [], ...more };
}

export function batchOf(...operations: Operation[]): Batch {
  return { now: NOW, checks: [], operations };
}

/** The value of a row as text. */
export function valueOf(store: SyncStore, key: string): string | undefined {
  return text(store.get(TABLE, bytes(key))?.value);
}

/** A table's usage by what is kept and by what a look at every row gives: they must be the same. */
export async function usageTwice(store: Store, table: number): Promise<{ kept: [number, number]; counted: [number, number] }> {
  let entries = 0;
  let sum = 0;
  let gt: Uint8Array | undefined;
  do {
    const page = await store.range(table, { limit: 1000, ...(gt && { gt }) });
    for (const { key, stored } of page.rows) {
      entries++;
      if (stored) sum += storedBytes(key, stored.value, stored.entries);
    }
    gt = page.next;
  } while (gt);
  const usage = await store.usage(table);
  return { kept: [usage.entries, usage.bytes], counted: [entries, sum] };
}
