import { type Operation, storedBytes, type Store, type Usage } from "@cache/core/spi";
import { idbStore } from "@cache/idb";
import { expect, test } from "vitest";
import { watchConnections } from "./watched-connections.ts";

/*
 * A store remembers the sizes of rows that its own commits have left, and must forget them as soon as anybody else has written: counted with
 * a size of yesterday, a table's usage would be wrong for good.
 */

const never = Number.POSITIVE_INFINITY;

function set(row: number, length: number): Operation {
  return { type: "set", table: 1, key: Uint8Array.of(row), value: new Uint8Array(length), expiresAt: never, entries: [] };
}

/** What a table's rows come to when they are read. */
async function scanned(store: Store): Promise<Pick<Usage, "entries" | "bytes">> {
  const { rows } = await store.range(1, { limit: 1000 });
  const bytes = rows.reduce((sum, { key, stored }) => sum + (stored ? storedBytes(key, stored.value, stored.entries) : 0), 0);
  return { entries: rows.length, bytes };
}

test("stores that write the same rows by turns count them exactly", async () => {
  const name = `known sizes ${crypto.randomUUID()}`;
  const stores = [idbStore({ name }), idbStore({ name })] as const;
  for (const store of stores) await store.open();
  const [first, second] = stores;
  const commit = (store: Store, ...operations: Operation[]): unknown => store.commit({ now: 1, checks: [], operations });
  for (let round = 1; round <= 12; round++) {
    await commit(first, ...[1, 2, 3, 4].map((row) => set(row, round * 10 + row)));
    await commit(first, set(1, round * 7), { type: "delete", table: 1, key: Uint8Array.of(2) });
    if (round % 3 !== 0) await commit(second, set(1, round * 100), set(2, round), set(5, round * 3));
    if (round % 4 === 0) await commit(second, { type: "deleteRange", table: 1, gte: Uint8Array.of(3), lt: Uint8Array.of(5) });
    // At once: whose commit comes first is the database's business.
    await Promise.all([
      commit(first, set(1, round), set(6, round * 9)),
      commit(second, set(1, round * 11), set(6, 1)),
      commit(first, set(6, 2)),
    ]);
    for (const store of stores) expect(await store.usage(1)).toMatchObject(await scanned(store));
  }
  await first.close();
  await second.destroy();
});

test("the sizes of a commit that fails in the end are believed by nobody", async () => {
  const connections = watchConnections();
  const store = idbStore({ name: `known sizes ${crypto.randomUUID()}` });
  await store.open();
  const commit = (...operations: Operation[]): unknown => store.commit({ now: 1, checks: [], operations });
  await commit(set(1, 10), set(2, 20));
  let late: unknown;
  connections.onBegin = (transaction) => {
    if (transaction.mode !== "readwrite") return;
    connections.onBegin = () => {};
    // It would go on by itself once all is asked for.
    transaction.commit = () => {};
    const meta = transaction.objectStore("meta");
    const put = meta.put.bind(meta);
    meta.put = (...args) => {
      const request = put(...args);
      request.addEventListener("success", () => {
        late = commit(set(1, 30), set(3, 40));
        transaction.abort();
      });
      return request;
    };
  };
  await commit(set(1, 500), set(3, 700));
  expect(late).toBeDefined();
  await late;
  expect(await store.usage(1)).toMatchObject(await scanned(store));
  await commit(set(1, 1), set(2, 1), set(3, 1));
  expect(await store.usage(1)).toMatchObject(await scanned(store));
  connections.stop();
  await store.destroy();
});
