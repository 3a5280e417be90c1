import { table, type TableDefinition, type TypesOf } from "@cache/core";
import { equal } from "../assert.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { collect } from "../turns.ts";

interface User {
  readonly id: number;
  readonly name: string;
}

const users = table<User>()({ key: "id", indexes: { name: { on: "name" } } });
const words = table<string, string>()();
type Tables = {
  readonly users: TableDefinition<TypesOf<typeof users>>;
  readonly words: TableDefinition<TypesOf<typeof words>>;
};
const typed: { readonly options: { readonly tables: Tables } } = { options: { tables: { users, words } } };

/** Tags of rows of typed tables. */
export const tagsTableSuite: readonly CacheScenario[] = [
  cacheScenario(
    "tags/tables",
    "rows of tables have tags; a table's verbs mean its own rows",
    async ({ tables }) => {
      await tables.users.put({ id: 1, name: "Ada" }, { tags: ["t"] });
      await tables.users.putMany(
        [
          { id: 2, name: "Bob" },
          { id: 3, name: "Cleo" },
        ],
        { tags: ["t", "u"] },
      );
      await tables.words.set("a", "a", { tags: ["t"] });
      await tables.words.setMany([["b", "b"]], { tags: ["u"] });
      equal((await tables.users.getEntry(2))?.tags, ["t", "u"], "a row's tags");
      equal(await collect(tables.users.keys({ tag: "t", gt: 1 })), [2, 3], "keys by tag");
      equal(await tables.users.expireTag("u"), 2, "how many users expire");
      equal(await tables.users.invalidateTag("t"), 1, "how many users go");
      equal(await collect(tables.words.keys({ tag: "t" })), ["a"], "another table's");
      equal(await tables.words.invalidateTags(["t", "u"]), 2, "how many words go");
    },
    typed,
  ),

  cacheScenario(
    "tags/whole-cache",
    "a tag of the cache is that of the default table and of all declared ones, in one commit",
    async ({ root, tables }) => {
      const told: string[] = [];
      root.on("delete", ({ key }) => told.push(`entry ${String(key)}`));
      tables.users.on("delete", ({ key }) => told.push(`user ${key}`));
      tables.words.on("delete", ({ key }) => told.push(`word ${key}`));
      const fill = async (): Promise<void> => {
        await root.setMany(
          [
            ["a", 1],
            [["n", 1], 2],
          ],
          { tags: ["t"] },
        );
        await tables.users.put({ id: 1, name: "Ada" }, { tags: ["t"] });
        await tables.words.setMany([
          ["w", "w", { tags: ["t", "u"] }],
          ["x", "x"],
        ]);
      };
      await fill();
      equal(await collect(root.keys({ tag: "t" })), ["a", ["n", 1]], "keys are those of the default table");
      equal(await root.namespace("n").invalidateTag("t"), 1, "how many go in a namespace");
      equal(await root.invalidateTag("t"), 3, "how many go");
      equal(told.toSorted(), ["entry a", "entry n,1", "user 1", "word w"], "events");
      equal([(await root.stats()).deletes, (await tables.users.stats()).deletes], [4, 1], "deletes");
      await fill();
      equal(await root.expireTag("t"), 4, "how many expire");
      equal([await root.size, await tables.users.size, await collect(tables.words.keys())], [0, 0, ["x"]], "what is left");
      await fill();
      equal(await root.invalidateTags(["u", "none"]), 1, "how many have any of several");
    },
    typed,
  ),

  cacheScenario(
    "tags/many-in-tables",
    "a tag of many entries in several tables goes whole",
    async ({ root, tables }) => {
      const ids = Array.from({ length: 700 }, (_, at) => at);
      await root.setMany(
        ids.map((id) => [`${id}`, id]),
        { tags: ["t"] },
      );
      await tables.words.setMany(
        ids.map((id) => [`${id}`, `${id}`]),
        { tags: ["t"] },
      );
      equal(await root.invalidateTag("t"), 1400, "how many there were");
      equal([await root.size, await tables.words.size], [0, 0], "the sizes");
    },
    typed,
  ),

  cacheScenario(
    "tags/update",
    "an update by a query keeps the tags",
    async ({ tables }) => {
      await tables.users.put({ id: 1, name: "Ada" }, { tags: ["t", "u"] });
      await tables.users.put({ id: 2, name: "Ada" });
      equal(
        await tables.users
          .query()
          .where({ name: "Ada" })
          .update((user) => ({ ...user, name: "Bob" })),
        2,
        "how many change",
      );
      equal(
        await tables.users
          .query()
          .index("name")
          .eq("Bob")
          .update((user) => ({ ...user, name: "Cleo" })),
        2,
        "how many change by index",
      );
      equal([(await tables.users.getEntry(1))?.tags, (await tables.users.getEntry(2))?.tags], [["t", "u"], []], "the tags");
      equal(await collect(tables.users.values({ tag: "u" })), [{ id: 1, name: "Cleo" }], "the values with a tag");
    },
    typed,
  ),

  cacheScenario(
    "tags/more-than-fit",
    "what has a tag is removed from all tables, also where one alone has more of it than a commit removes",
    async ({ root, tables }) => {
      await root.setMany(
        Array.from({ length: 1100 }, (_, at) => [at, "x"]),
        { tags: ["t"] },
      );
      await tables.notes.set("in another table, behind all these", "y", { tags: ["t"] });
      equal(await root.invalidateTag("t"), 1101, "how many there were");
      equal([await root.size, await tables.notes.size], [0, 0], "what is left");
    },
    { options: { tables: { notes: table<string, string>()() } } },
  ),
];
