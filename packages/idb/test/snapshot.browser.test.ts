import type { Batch } from "@cache/core/spi";
import { idbStore } from "@cache/idb";
import { expect, test } from "vitest";

/*
 * That the reads of one turn see one moment, though another store's commit is asked for between them: counts of what is live, and transactions,
 * rely on it. Elsewhere a commit of the same process may end the snapshot.
 */

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

test("usage belongs to the moment of the rows that are read in its turn, whatever is committed between", async () => {
  const name = `snapshot ${crypto.randomUUID()}`;
  const [store, other] = [idbStore({ name }), idbStore({ name })];
  await store.open();
  await other.open();
  for (let round = 0; round < 5; round++) {
    const batch: Batch = {
      now: 1,
      checks: [],
      operations: [
        { type: "set", table: 1, key: encode(String(round)), value: encode("row"), expiresAt: Number.POSITIVE_INFINITY, entries: [] },
      ],
    };
    const before = store.usage(1);
    const commit = other.commit(batch);
    const [{ entries }, { rows }, after] = await Promise.all([before, store.range(1, { limit: 10 }), store.usage(1)]);
    await commit;
    expect([entries, rows.length, after.entries]).toEqual([round, round, round]);
  }
  await other.close();
  await store.destroy();
});
