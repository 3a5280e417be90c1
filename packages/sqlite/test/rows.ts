import type { SyncStore } from "@cache/core/spi";

/** A key or a value as bytes. */
export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Sets a row of table 1 in a commit of its own. */
export function put(store: SyncStore, key: string, value: string): void {
  const operation = { type: "set", table: 1, key: bytes(key), value: bytes(value), expiresAt: Infinity, entries: [] } as const;
  store.commitSync({ now: 0, checks: [], operations: [operation] });
}

/** The value of a row of table 1. */
export function valueAt(store: SyncStore, key: string): string | undefined {
  const stored = store.get(1, bytes(key));
  return stored && new TextDecoder().decode(stored.value);
}
