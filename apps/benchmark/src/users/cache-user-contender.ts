import { openCache, type Store } from "@cache/core";
import type { IndexCount, UserContender } from "./user-contender.ts";
import { userTables } from "./user-table.ts";

/** Our table of users, on the asynchronous face; with `rests`, one whose preparations are on the disk before a round is timed. */
export async function cacheUserContender(
  store: Store,
  indexes: IndexCount,
  { rests = false }: { readonly rests?: boolean } = {},
): Promise<UserContender> {
  // Their types differ in the indexes, of which the queries below need three.
  const definition = userTables[indexes] as (typeof userTables)[3];
  const cache = await openCache(store, { tables: { users: definition } });
  const { users } = cache.tables;
  const counted = Object.keys(definition.options.indexes ?? {}) as ("email" | "cityAge" | "name")[];
  return {
    name: "ours",
    async putTurn(list) {
      await Promise.all(list.map((user) => users.put(user)));
      return list.length;
    },
    async deleteTurn(ids) {
      await Promise.all(ids.map((id) => users.delete(id)));
      return ids.length;
    },
    async getByEmailEach(emails) {
      let sum = 0;
      for (const email of emails) sum += (await users.getBy("email", email))?.id ?? 0;
      return sum;
    },
    async rangeEach(starts, length) {
      let sum = 0;
      for (const [city, age] of starts) {
        const found = await users.query().index("cityAge").gte([city, age]).prefix([city]).limit(length).toArray();
        for (const user of found) sum += user.age;
      }
      return sum;
    },
    counts: () => Promise.all([users.count(), ...counted.map((index) => users.query().index(index).count())]),
    ...(rests && { rest: () => cache.flush() }),
    close: () => cache.close(),
  };
}
