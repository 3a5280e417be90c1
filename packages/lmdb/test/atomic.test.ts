import { CacheError, MAX_INDEX_BYTES, type Operation } from "@cache/core/spi";
import { lmdbStore } from "@cache/lmdb";
import { expect, test } from "vitest";
import { TestFolder } from "./folder.ts";
import { batchOf, bytes, set, TABLE, usageTwice, valueOf } from "./rows.ts";

const OTHER = 2;

/** What fails: an index entry longer than any can be, met only after other lines have been written. */
function failing(): Operation[] {
  return [
    set("kept", "changed", { entries: [{ index: 1, bytes: bytes("changed") }] }),
    set("new", "row", { entries: [{ index: 1, bytes: bytes("new") }] }),
    { type: "delete", table: TABLE, key: bytes("doomed") },
    { type: "deleteRange", table: OTHER },
    set("last", "row", { entries: [{ index: 1, bytes: new Uint8Array(MAX_INDEX_BYTES + 10) }] }),
  ];
}

test.each(["async", "sync"] as const)("a commit that fails in the middle leaves nothing behind (%s)", async (face) => {
  using folder = new TestFolder();
  const store = lmdbStore({ path: folder.in("cache") });
  store.open();
  store.commitSync(
    batchOf(
      set("kept", "as it was", { entries: [{ index: 1, bytes: bytes("before") }] }),
      set("doomed", "x"),
      set("a", "b", { table: OTHER }),
    ),
  );
  const before = [store.usage(TABLE), store.usage(OTHER)];
  const commit = async (): Promise<unknown> =>
    face === "sync" ? store.commitSync(batchOf(...failing())) : store.commit(batchOf(...failing()));
  await expect(commit()).rejects.toThrow(expect.objectContaining({ code: "CACHE_KEY_TOO_LONG" }));

  expect([store.usage(TABLE), store.usage(OTHER)]).toEqual(before);
  expect(["kept", "doomed", "new", "last"].map((key) => valueOf(store, key))).toEqual(["as it was", "x", undefined, undefined]);
  const lines = store.range(TABLE, { index: 1, limit: 10 }).rows;
  expect(lines.map(({ entry }) => new TextDecoder().decode(entry))).toEqual(["before"]);
  const next = store.commitSync(batchOf(set("next", "row")));
  expect(next.ok && next.version).toBe(2);
  const { kept, counted } = await usageTwice(store, TABLE);
  expect(kept).toEqual(counted);
  await store.close();
});

test("a commit that fails takes none with it that shares its transaction", async () => {
  using folder = new TestFolder();
  const store = lmdbStore({ path: folder.in("cache") });
  store.open();
  const outcomes = await Promise.allSettled([
    store.commit(batchOf(set("a", "1"))),
    store.commit(batchOf(...failing())),
    store.commit(batchOf(set("b", "2"))),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(["a", "b", "kept", "new"].map((key) => valueOf(store, key))).toEqual(["1", "2", undefined, undefined]);
  expect(store.usage(TABLE)).toMatchObject({ entries: 2, version: 2 });
  await store.close();
});

test("what isn't an error of the engine comes through as it is", async () => {
  using folder = new TestFolder();
  const store = lmdbStore({ path: folder.in("cache") });
  store.open();
  const mistake = new TypeError("a mistake in the program");
  const operation = Object.defineProperty(set("a", "b"), "value", {
    get: () => {
      throw mistake;
    },
  });
  await expect(store.commit(batchOf(operation))).rejects.toBe(mistake);
  expect(() => store.commitSync(batchOf(operation))).toThrow(mistake);
  expect(() => store.get(TABLE, new Uint8Array(5000))).toThrow(CacheError);
  await store.close();
});
