import { type Database, open } from "lmdb";
import { transact } from "./transact.ts";
import type { User } from "../users/user.ts";
import type { IndexCount, UserContender } from "../users/user-contender.ts";

/** An index entry's key: the number of its index, and what it is found by. Its value is the row's id. */
type LineKey = [index: number, ...parts: (string | number)[]];

const byEmail = 1;
const byCityAge = 2;
const byName = 3;

/**
 * A table as one writes it by hand on lmdb-js: rows with shared structures in one database, index entries in another that keeps several ids
 * under a key in order, and both change in one transaction for a whole turn. What an index has of a row is touched only when it changes.
 */
export function lmdbUserContender(path: string, indexes: IndexCount): UserContender {
  const root = open({ path, noSubdir: false });
  const rows: Database<User, number> = root.openDB({ name: "users", sharedStructuresKey: Symbol.for("structures") });
  const lines: Database<number, LineKey> = root.openDB({ name: "indexes", dupSort: true, encoding: "ordered-binary" });

  const putLines = (user: User, old: User | undefined): void => {
    const { id, email, city, age, name } = user;
    if (old?.email !== email) {
      if (lines.doesExist([byEmail, email])) throw new Error("the email belongs to another user");
      if (old) lines.removeSync([byEmail, old.email], id);
      lines.putSync([byEmail, email], id);
    }
    if (indexes === 1) return;
    if (old?.city !== city || old.age !== age) {
      if (old) lines.removeSync([byCityAge, old.city, old.age], id);
      lines.putSync([byCityAge, city, age], id);
    }
    if (old?.name !== name) {
      if (old) lines.removeSync([byName, old.name], id);
      lines.putSync([byName, name], id);
    }
  };
  const removeLines = ({ id, email, city, age, name }: User): void => {
    lines.removeSync([byEmail, email], id);
    if (indexes === 1) return;
    lines.removeSync([byCityAge, city, age], id);
    lines.removeSync([byName, name], id);
  };
  const put = (users: readonly User[]): void => {
    for (const user of users) {
      if (indexes > 0) putLines(user, rows.get(user.id));
      rows.putSync(user.id, user);
    }
  };
  const remove = (ids: readonly number[]): void => {
    for (const id of ids) {
      const old = indexes > 0 ? rows.get(id) : undefined;
      if (old) removeLines(old);
      rows.removeSync(id);
    }
  };
  const linesOf = (index: number): number => {
    let count = 0;
    for (const _ of lines.getRange({ start: [index], end: [index + 1] })) count++;
    return count;
  };
  return {
    name: "lmdb-js, written by hand",
    async putTurn(users) {
      await transact(root, () => put(users));
      return users.length;
    },
    async deleteTurn(ids) {
      await transact(root, () => remove(ids));
      return ids.length;
    },
    getByEmailEach(emails) {
      let sum = 0;
      for (const email of emails) {
        const id = lines.get([byEmail, email]);
        if (id !== undefined) sum += rows.get(id)?.id ?? 0;
      }
      return sum;
    },
    rangeEach(starts, length) {
      let sum = 0;
      for (const [city, age] of starts) {
        const range = lines.getRange({ start: [byCityAge, city, age], end: [byCityAge, city, Number.POSITIVE_INFINITY], limit: length });
        for (const { value } of range) sum += rows.get(value)?.age ?? 0;
      }
      return sum;
    },
    counts: () => [rows.getCount(), ...[byEmail, byCityAge, byName].slice(0, indexes).map(linesOf)],
    close: () => root.close(),
  };
}
