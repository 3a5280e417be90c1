import { lmdbStore } from "@cache/lmdb";
import { expect, test } from "vitest";
import { TestFolder } from "./folder.ts";
import { batchOf, bytes, NOW, set, TABLE, text, usageTwice } from "./rows.ts";

test.each([false, true])("a page ends short rather than pass over thousands of expired rows (reverse: %s)", async (reverse) => {
  using folder = new TestFolder();
  const store = lmdbStore({ path: folder.in("cache") });
  store.open();
  const rows = Array.from({ length: 5000 }, (_, at) =>
    set(String(at).padStart(5, "0"), "x", {
      expiresAt: at % 2500 === 1234 ? Number.POSITIVE_INFINITY : NOW,
      entries: [{ index: 1, bytes: bytes("e") }],
    }),
  );
  store.commitSync(batchOf(...rows));
  for (const index of [undefined, 1]) {
    const found: (string | undefined)[] = [];
    let pages = 0;
    let next: Uint8Array | undefined;
    do {
      const from = next && (reverse ? { lt: next } : { gt: next });
      const page = store.range(TABLE, { ...(index !== undefined && { index }), limit: 10, liveAt: NOW, reverse, ...from });
      found.push(...page.rows.map(({ key }) => text(key)));
      next = page.next;
      pages++;
    } while (next);
    expect(found).toEqual(reverse ? ["03734", "01234"] : ["01234", "03734"]);
    expect(pages).toBeGreaterThan(3);
  }
  await store.close();
});

test("values beyond the engine's buffer come back whole", async () => {
  using folder = new TestFolder();
  const store = lmdbStore({ path: folder.in("cache") });
  store.open();
  const large = new Uint8Array(20 * 2 ** 20).map((_, at) => at % 251);
  store.commitSync(batchOf(set("a", "small"), set("b", large), set("c", "small, too")));
  expect(Buffer.from(store.get(TABLE, bytes("b"))?.value ?? []).equals(large)).toBe(true);
  expect(text(store.get(TABLE, bytes("a"))?.value)).toBe("small");
  const [, many] = store.getMany(TABLE, ["c", "b", "a"].map(bytes));
  expect(Buffer.from(many?.value ?? []).equals(large)).toBe(true);
  const { rows } = store.range(TABLE, { limit: 10 });
  expect(rows.map(({ stored }) => stored?.value.length)).toEqual([5, large.length, 10]);
  expect(Buffer.from(rows[1]?.stored?.value ?? []).equals(large)).toBe(true);
  store.commitSync(
    batchOf(set("b", "small now"), { type: "touch", table: TABLE, key: bytes("a"), expiresAt: NOW + 1, indexes: [], entries: [] }),
  );
  const { kept, counted } = await usageTwice(store, TABLE);
  expect(kept).toEqual(counted);
  expect([...store.getMany(TABLE, ["a", "b"].map(bytes))].map((row) => [text(row?.value), row?.expiresAt])).toEqual([
    ["small", NOW + 1],
    ["small now", Number.POSITIVE_INFINITY],
  ]);
  await store.close();
});

test("a hundred thousand rows are cleared in one commit, each index line with them", async () => {
  using folder = new TestFolder();
  const store = lmdbStore({ path: folder.in("cache") });
  store.open();
  for (let from = 0; from < 100_000; from += 10_000)
    store.commitSync(
      batchOf(
        ...Array.from({ length: 10_000 }, (_, at) =>
          set(`row ${from + at}`, "x".repeat(90), { expiresAt: at % 4 === 0 ? NOW : NOW + 1, entries: [{ index: 3, bytes: bytes("e") }] }),
        ),
      ),
    );
  store.commitSync(batchOf(set("other", "x", { table: TABLE + 1 })));
  const result = await store.commit(batchOf({ type: "deleteRange", table: TABLE }));
  expect(result.ok && result.counts).toEqual([75_000]);
  expect(store.usage(TABLE)).toMatchObject({ entries: 0, bytes: 0, version: 12 });
  expect([store.range(TABLE, { limit: 1 }), store.range(TABLE, { index: 3, limit: 1 })]).toEqual([{ rows: [] }, { rows: [] }]);
  expect(store.usage(TABLE + 1).entries).toBe(1);
  await store.close();
});
