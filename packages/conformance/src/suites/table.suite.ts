import { equal } from "../assert.ts";
import { ada, bob, cleo, people } from "../people.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { collect } from "../turns.ts";

const settings = { options: { tables: { people } } } as const;

/** Typed tables: rows under keys taken from their values. */
export const tableSuite: readonly CacheScenario[] = [
  cacheScenario(
    "table/put",
    "put stores a value under the key in it and tells the key, putMany several",
    async ({ tables }) => {
      equal(await tables.people.put(ada), 1, "the key of the first");
      equal(await tables.people.putMany([cleo, bob]), [3, 2], "the keys of the others");
      equal(await tables.people.get(1), ada, "the value");
      equal(await collect(tables.people.values()), [ada, bob, cleo], "the values in the order of their keys");
      equal(await tables.people.getBy("email", "bob@x.org"), bob, "what the unique index leads to");
    },
    settings,
  ),
];
