import SqliteDatabase, { type Database } from "better-sqlite3";
import type { User } from "../users/user.ts";
import type { IndexCount, UserContender } from "../users/user-contender.ts";
import { configure, type SqliteManner } from "./sqlite-contender.ts";

/** A user as the table holds it: with its tags as JSON, which become a list when it is read. */
type Row = Omit<User, "tags"> & { tags: string | null | User["tags"] };
type Parameters = [number, string, string, string, number, string | null, number, string];

const createTable = `CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL, name TEXT NOT NULL, city TEXT NOT NULL,
  age INTEGER NOT NULL, tags TEXT, createdAt INTEGER NOT NULL, bio TEXT NOT NULL)`;

const createIndexes = [
  "CREATE UNIQUE INDEX email ON users (email)",
  "CREATE INDEX cityAge ON users (city, age)",
  "CREATE INDEX name ON users (name)",
] as const;

const upsert = `INSERT INTO users VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET
  email = excluded.email, name = excluded.name, city = excluded.city, age = excluded.age, tags = excluded.tags,
  createdAt = excluded.createdAt, bio = excluded.bio`;

/** A table as one writes it by hand on better-sqlite3: columns, SQL's own indexes, prepared statements, one transaction for the puts of a turn. */
export function sqliteUserContender(path: string, indexes: IndexCount, tuning: SqliteManner["tuning"] = "as shipped"): UserContender {
  const database: Database = new SqliteDatabase(path);
  configure(database, tuning);
  for (const statement of [createTable, ...createIndexes.slice(0, indexes)]) database.exec(statement);
  const put = database.prepare<Parameters>(upsert);
  const remove = database.prepare<[number]>("DELETE FROM users WHERE id = ?");
  const selectByEmail = database.prepare<[string], Row>("SELECT * FROM users WHERE email = ?");
  const selectRange = database.prepare<[string, number, number], Row>(
    "SELECT * FROM users WHERE city = ? AND age >= ? ORDER BY city, age, id LIMIT ?",
  );
  const count = database.prepare<[], number>("SELECT count(*) FROM users").pluck();
  const isSound = database.prepare<[], string>("PRAGMA integrity_check").pluck();
  return {
    name: `better-sqlite3, columns and indexes${tuning === "as shipped" ? "" : `, ${tuning}`}`,
    putTurn: database.transaction((users: readonly User[]) => {
      for (const { id, email, name, city, age, tags, createdAt, bio } of users)
        put.run(id, email, name, city, age, tags ? JSON.stringify(tags) : null, createdAt, bio);
      return users.length;
    }),
    deleteTurn: database.transaction((ids: readonly number[]) => {
      for (const id of ids) remove.run(id);
      return ids.length;
    }),
    getByEmailEach(emails) {
      let sum = 0;
      for (const email of emails) {
        const row = selectByEmail.get(email);
        if (row) sum += userOf(row).id;
      }
      return sum;
    },
    rangeEach(starts, length) {
      let sum = 0;
      for (const [city, age] of starts) for (const row of selectRange.all(city, age, length)) sum += userOf(row).age;
      return sum;
    },
    counts() {
      // It compares each index with the rows.
      if (isSound.get() !== "ok") throw new Error("an index doesn't fit its table");
      return [count.get() ?? 0];
    },
    close: () => void database.close(),
  };
}

function userOf(row: Row): Row {
  // Parsed in place: a copy of the row would take longer than its tags.
  row.tags = typeof row.tags === "string" ? (JSON.parse(row.tags) as string[]) : undefined;
  return row;
}
