import { type CacheOptions, type Key, table } from "@cache/core";
import { encodeKey, readCatalog } from "@cache/core/spi";
import { equal, throwsType } from "../assert.ts";
import type { CacheContext, OpenedCache } from "../cache-context.ts";
import { type FileV1, split } from "../file-versions.ts";
import { got, inTransaction } from "../in-transaction.ts";
import { ada, type Person } from "../people.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";

const minute = 60_000;

const people = table<Person>()({ key: "id", indexes: { email: { on: "email", unique: true } }, ttl: minute, sliding: true });
const options = { key: "id", sliding: true, ttl: minute } as const;
const files = table<FileV1>()(options);
const splitFiles = table<ReturnType<typeof split>>()({ ...options, version: 2, migrate: (old) => split(old as FileV1) });

/** How long the stored row of a key of the only table has left. */
async function left(
  { clock }: Pick<CacheContext, "clock">,
  { root, store }: Pick<OpenedCache, "root" | "store">,
  key: Key,
): Promise<number> {
  await root.flush();
  const [{ id } = { id: 0 }] = (await readCatalog(store.store)).tables;
  return ((await store.store.get(id, encodeKey(key)))?.expiresAt ?? 0) - clock.now();
}

/** Rows of typed tables that live on from each read. */
export const slidingTableSuite: readonly CacheScenario[] = [
  cacheScenario(
    "sliding-table/reads",
    "rows live on from reads by key and by a unique index, in transactions, too, but not from queries",
    async (context) => {
      const { clock, tables } = context;
      await tables.people.put(ada);
      const reads: [what: string, read: () => unknown, expected: number][] = [
        ["get", () => tables.people.get(1), minute],
        ["getBy", () => tables.people.getBy("email", "ada@x.org"), minute],
        ["getMany", () => tables.people.getMany([1, 2]), minute],
        ["a transaction", () => inTransaction(context, (inside) => got(inside.tables.people.get(1))), minute],
        ["a query", () => tables.people.query().index("email").toArray(), minute / 2],
      ];
      for (const [what, read, expected] of reads) {
        clock.advance(minute / 2);
        await read();
        equal(await left(context, context, 1), expected, `what is left after ${what}`);
      }
    },
    { options: { tables: { people } } },
  ),

  cacheScenario(
    "sliding-table/updated",
    "what a query updates keeps its deadline, and lives on as before",
    async (context) => {
      const { clock, tables } = context;
      await tables.people.put(ada, { ttl: 2 * minute });
      clock.advance(minute);
      await tables.people.query().update((one) => ({ ...one, age: 37 }));
      equal(await left(context, context, 1), minute, "what is left after the update");
      equal((await tables.people.get(1))?.age, 37, "the age");
      equal(await left(context, context, 1), 2 * minute, "what is left after a read");
    },
    { options: { tables: { people } } },
  ),

  cacheScenario(
    "sliding-table/migrated",
    "rows of an older version live on from the read that brings them to the current one, and from later ones",
    async (context) => {
      await context.tables.files.put({ id: 1, path: "/a/b" });
      const opened = await context.reopen({ tables: { files: splitFiles } });
      for (let reads = 0; reads < 3; reads++) {
        context.clock.advance((minute * 3) / 4);
        equal(await opened.tables.files.get(1), { id: 1, folder: "/a", name: "b" });
        equal(await left(context, opened, 1), minute, `what is left after read ${reads}`);
      }
    },
    { options: { tables: { files } }, requires: ["reopens"] },
  ),

  cacheScenario(
    "sliding-table/option",
    "sliding is true or false",
    async (context) => {
      // Wrong options are what this is about.
      const wrong: unknown[] = [{ sliding: 1 }, { tables: { people: { options: { sliding: "yes" } } } }];
      for (const one of wrong) await throwsType(() => context.reopen(one as CacheOptions));
    },
    { requires: ["reopens"], variants: ["fresh"] },
  ),
];
