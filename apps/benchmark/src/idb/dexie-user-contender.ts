import { Dexie, type Table } from "dexie";
import type { User } from "../users/user.ts";
import type { IndexCount, UserContender } from "../users/user-contender.ts";

const indexes = ["&email", "[city+age]", "name"];

/** Dexie with the same schema and its calls for many. Like ours, it doesn't wait for the disk. */
export function dexieUserContender(name: string, indexCount: IndexCount): UserContender {
  const database = new Dexie(name, { chromeTransactionDurability: "relaxed" });
  const declared = indexes.slice(0, indexCount);
  database.version(1).stores({ users: ["id", ...declared].join(", ") });
  const users: Table<User, number> = database.table("users");
  return {
    name: "Dexie",
    async putTurn(list) {
      await users.bulkPut(list);
      return list.length;
    },
    async deleteTurn(ids) {
      await users.bulkDelete([...ids]);
      return ids.length;
    },
    async getByEmailEach(emails) {
      let sum = 0;
      for (const email of emails) sum += (await users.where("email").equals(email).first())?.id ?? 0;
      return sum;
    },
    async rangeEach(starts, length) {
      let sum = 0;
      for (const [city, age] of starts) {
        const found = await users.where("[city+age]").between([city, age], [city, Dexie.maxKey]).limit(length).toArray();
        for (const user of found) sum += user.age;
      }
      return sum;
    },
    counts: () => Promise.all([users.count(), ...declared.map((index) => users.orderBy(index.replace("&", "")).count())]),
    close: () => database.close(),
  };
}
