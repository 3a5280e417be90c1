import { idbStore, isCacheError, openCache, table } from "@cache/idb";
import { expect, test } from "vitest";
import { commands, server } from "vitest/browser";

declare module "vitest/browser" {
  interface BrowserCommands {
    inOtherTab(source: string): Promise<unknown>;
  }
}

/** Runs code in another tab with a cache of the same name. */
function inOtherTab(name: string, body: string): Promise<unknown> {
  return commands.inOtherTab(`
    const { openCache } = await import("/packages/idb/src/index.ts");
    const cache = await openCache({ name: ${JSON.stringify(name)} });
    try { ${body} } finally { await cache.close(); }
  `);
}

const canOpenTabs = server.provider === "playwright";

test.skipIf(!canOpenTabs)("another tab sees what this one wrote", async () => {
  const name = `tabs ${crypto.randomUUID()}`;
  await using cache = await openCache({ name });
  await cache.set("k", { from: "first tab" });
  expect(await inOtherTab(name, `return await cache.get("k");`)).toEqual({ from: "first tab" });
});

test.skipIf(!canOpenTabs)("two tabs that write at once lose nothing and keep exact counts", async () => {
  const name = `tabs ${crypto.randomUUID()}`;
  const rounds = 40;
  const cache = await openCache({ name });
  const other = inOtherTab(
    name,
    `for (let round = 0; round < ${rounds}; round++) {
      await cache.setMany([[["b", round], { tab: "b", round }], ["shared", { shape: round, of: "b" }], [["passing", round], "b"]]);
      await cache.delete(["passing", round]);
    }`,
  );
  for (let round = 0; round < rounds; round++) {
    await cache.setMany([
      [["a", round], { round, tab: "a", extra: null }],
      ["shared", { of: "a", shape: round }],
      [["passing", round], "a"],
    ]);
    await cache.delete(["passing", round]);
  }
  await other;
  expect(await cache.size).toBe(2 * rounds + 1);
  for (let round = 0; round < rounds; round++)
    expect(
      await cache.getMany([
        ["a", round],
        ["b", round],
      ]),
    ).toEqual([
      { round, tab: "a", extra: null },
      { tab: "b", round },
    ]);
  const { bytes } = await cache.stats();
  await cache.close();

  const store = idbStore({ name });
  await store.open();
  let counted = 0;
  const { rows } = await store.range(1, { limit: 1000 });
  for (const { key, stored } of rows) counted += key.length + (stored?.value.length ?? 0);
  expect([rows.length, counted]).toEqual([2 * rounds + 1, bytes]);
  await store.destroy();
});

interface Account {
  readonly id: string;
  readonly email: string;
}

test.skipIf(!canOpenTabs)("of two tabs that write rows with the same unique entry at once, exactly one does", async () => {
  const name = `tabs ${crypto.randomUUID()}`;
  const rounds = 30;
  const accounts = table<Account>()({ key: "id", indexes: { email: { on: "email", unique: true } } });
  await using cache = await openCache({ name, tables: { accounts } });
  const other = commands.inOtherTab(`
    const { openCache, table } = await import("/packages/idb/src/index.ts");
    const accounts = table({ key: "id", indexes: { email: { on: "email", unique: true } } });
    const cache = await openCache({ name: ${JSON.stringify(name)}, tables: { accounts } });
    const codes = [];
    for (let round = 0; round < ${rounds}; round++) {
      try {
        await cache.tables.accounts.put({ id: "b" + round, email: "round " + round });
        codes.push("written");
      } catch ({ code }) {
        codes.push(code);
      }
    }
    await cache.close();
    return codes;
  `);
  const codes: string[] = [];
  for (let round = 0; round < rounds; round++)
    codes.push(
      await cache.tables.accounts.put({ id: `a${round}`, email: `round ${round}` }).then(
        () => "written",
        (error: unknown) => (isCacheError(error) ? error.code : String(error)),
      ),
    );
  // The code above gives it.
  const theirs = (await other) as string[];
  expect(theirs).toEqual(codes.map((code) => (code === "written" ? "CACHE_UNIQUE" : "written")));
  expect(codes.filter((code) => code !== "written" && code !== "CACHE_UNIQUE")).toEqual([]);
  expect(await cache.tables.accounts.count()).toBe(rounds);
});

test.skipIf(!canOpenTabs)("a tab that destroys the database does not wait for this one, which goes on with an empty one", async () => {
  const name = `tabs ${crypto.randomUUID()}`;
  await using cache = await openCache({ name });
  await cache.set("k", { from: "first tab" });
  await commands.inOtherTab(`
    const { idbStore } = await import("/packages/idb/src/index.ts");
    await idbStore({ name: ${JSON.stringify(name)} }).destroy();
  `);
  expect(await cache.get("k")).toBeUndefined();
  await cache.set("k", { from: "the same tab" });
  expect(await inOtherTab(name, `return await cache.get("k");`)).toEqual({ from: "the same tab" });
});

test.skipIf(!canOpenTabs)("a tab that listens hears what another removes", async () => {
  const name = `tabs ${crypto.randomUUID()}`;
  await using cache = await openCache({ name });
  await cache.setMany([
    ["a", 1],
    ["b", 1],
  ]);
  const told: unknown[] = [];
  let hearing: Promise<void> | undefined;
  const isOver = new Promise<void>((resolve) => {
    cache.on("remove", (event) => {
      if (event.key === "probe") hearing ??= cache.set("heard", true);
      else told.push(event);
      if (event.cause === "clear") resolve();
    });
  });
  await inOtherTab(
    name,
    `while (!(await cache.get("heard"))) {
      await cache.set("probe", 1);
      await cache.delete("probe");
    }
    await cache.set("a", 2);
    await cache.delete("b");
    await cache.clear();`,
  );
  await isOver;
  expect(told).toEqual([{ key: "a", cause: "replace" }, { key: "b", cause: "delete" }, { cause: "clear" }]);
});
