import type { User } from "../users/user.ts";
import type { IndexCount, UserContender } from "../users/user-contender.ts";
import { committed, outcome } from "./transaction.ts";

const storeName = "users";
const indexes = [
  { name: "email", on: "email", unique: true },
  { name: "cityAge", on: ["city", "age"], unique: false },
  { name: "name", on: "name", unique: false },
];

/** IndexedDB without a library: an object store with native indexes, and the calls of a turn in one transaction that doesn't wait for the disk. */
export async function bareUserContender(databaseName: string, indexCount: IndexCount): Promise<UserContender> {
  const opening = indexedDB.open(databaseName, 1);
  const declared = indexes.slice(0, indexCount);
  opening.addEventListener("upgradeneeded", () => {
    const store = opening.result.createObjectStore(storeName, { keyPath: "id" });
    for (const { name, on, unique } of declared) store.createIndex(name, on, { unique });
  });
  const database = await outcome(opening);
  const reading = (): IDBObjectStore => database.transaction(storeName, "readonly").objectStore(storeName);
  const writing = (): IDBObjectStore => database.transaction(storeName, "readwrite", { durability: "relaxed" }).objectStore(storeName);
  return {
    name: "IndexedDB, native indexes",
    async putTurn(users) {
      const store = writing();
      for (const user of users) store.put(user);
      await committed(store.transaction);
      return users.length;
    },
    async deleteTurn(ids) {
      const store = writing();
      for (const id of ids) store.delete(id);
      await committed(store.transaction);
      return ids.length;
    },
    async getByEmailEach(emails) {
      let sum = 0;
      for (const email of emails) {
        const user = await outcome<User | undefined>(reading().index("email").get(email));
        sum += user?.id ?? 0;
      }
      return sum;
    },
    async rangeEach(starts, length) {
      let sum = 0;
      for (const [city, age] of starts) {
        // Lists come after all numbers.
        const range = IDBKeyRange.bound([city, age], [city, []]);
        for (const user of await outcome<User[]>(reading().index("cityAge").getAll(range, length))) sum += user.age;
      }
      return sum;
    },
    counts() {
      const store = reading();
      return Promise.all([store, ...declared.map(({ name }) => store.index(name))].map((source) => outcome(source.count())));
    },
    close: () => database.close(),
  };
}
