import type { Cursor, QueryPage } from "@cache/core";
import { equal, ok, throwsType } from "../assert.ts";
import { files, type FileRow, ids, inOrderOf, someFiles } from "../queried-files.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";

const settings = { options: { tables: { files } } } as const;
const rows = someFiles(150);
const bySize = inOrderOf(rows, ({ folder, size }) => [folder, size]);

/** What gives the page behind a cursor. */
type PageAfter = (cursor: Cursor | undefined) => Promise<QueryPage<FileRow>> | QueryPage<FileRow>;

/** The rows of all pages. */
async function pages(pageAfter: PageAfter): Promise<readonly (readonly number[])[]> {
  const all: (readonly number[])[] = [];
  let cursor: Cursor | undefined;
  do {
    const page = await pageAfter(cursor);
    all.push(ids(page.values));
    cursor = page.next;
    ok(all.length <= 200, "pages end");
  } while (cursor !== undefined);
  return all;
}

function chunks(all: readonly number[], size: number): readonly (readonly number[])[] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, at) => all.slice(at * size, (at + 1) * size));
}

/** Reading page by page, with a cursor from one to the next. */
export const queryPageSuite: readonly CacheScenario[] = [
  cacheScenario(
    "query-page/forward",
    "pages follow one another without gap or overlap, the last one without a cursor",
    async ({ tables }) => {
      await tables.files.putMany(rows);
      const query = tables.files.query();
      equal(await pages((cursor) => query.limit(40).after(cursor).page()), chunks(ids(rows), 40), "by the key");
      equal(await pages((cursor) => query.limit(50).after(cursor).page()), chunks(ids(rows), 50), "where the last page is full");
      equal(await pages((cursor) => query.index("folderSize").limit(7).after(cursor).page()), chunks(ids(bySize), 7), "by an index");
      equal(await pages((cursor) => query.after(cursor).page()), chunks(ids(rows), 100), "of a hundred without a limit");
      equal(await query.limit(150).page(), { values: rows, next: undefined }, "all in one");
    },
    settings,
  ),

  cacheScenario(
    "query-page/reverse",
    "pages go backwards, too",
    async ({ tables }) => {
      await tables.files.putMany(rows);
      const query = tables.files.query().reverse();
      equal(await pages((cursor) => query.limit(40).after(cursor).page()), chunks(ids(rows.toReversed()), 40), "by the key");
      equal(
        await pages((cursor) => query.index("folderSize").limit(11).after(cursor).page()),
        chunks(ids(bySize.toReversed()), 11),
        "by an index",
      );
    },
    settings,
  ),

  cacheScenario(
    "query-page/several-ranges",
    "pages go on from one range to the next, and give each row once",
    async ({ tables }) => {
      await tables.files.putMany(rows);
      const query = tables.files.query();
      const chosen = [3, 50, 7, 149, 12, 13];
      equal(
        await pages((cursor) => query.in(chosen).limit(4).after(cursor).page()),
        [
          [3, 7, 12, 13],
          [50, 149],
        ],
        "of several keys",
      );
      const tagged = inOrderOf(rows, ({ tags }) => [tags?.toSorted().find((tag) => tag === "green" || tag === "red")]);
      for (const size of [1, 9])
        equal(
          await pages((cursor) => query.index("tag").in(["green", "red"]).limit(size).after(cursor).page()),
          chunks(ids(tagged), size),
          "of several tags",
        );
      const backward = inOrderOf(rows, ({ tags }) => [tags?.toSorted().findLast((tag) => tag === "green" || tag === "red")]).toReversed();
      equal(
        await pages((cursor) => query.index("tag").in(["green", "red"]).reverse().limit(9).after(cursor).page()),
        chunks(ids(backward), 9),
        "backwards",
      );
    },
    settings,
  ),

  cacheScenario(
    "query-page/filtered",
    "pages are full although rows are left out",
    async ({ tables }) => {
      await tables.files.putMany(rows);
      const query = tables.files
        .query()
        .where({ owner: "ada" })
        .filter(({ size }) => size % 2 === 0);
      const even = rows.filter(({ owner, size }) => owner === "ada" && size % 2 === 0);
      equal(await pages((cursor) => query.limit(5).after(cursor).page()), chunks(ids(even), 5), "by a condition and a function");
      const named = tables.files.query().index("name").match("*.pdf");
      const pdfs = inOrderOf(rows, ({ name }) => [name]).filter(({ name }) => name.endsWith(".pdf"));
      equal(await pages((cursor) => named.limit(6).after(cursor).page()), chunks(ids(pdfs), 6), "by a pattern");
    },
    settings,
  ),

  cacheScenario(
    "query-page/changed-meanwhile",
    "a cursor goes on behind a row that is gone, and the same index is read although another leaves fewer rows by now",
    async ({ tables }) => {
      await tables.files.putMany(rows);
      const first = await tables.files.query().index("folderSize").limit(10).page();
      await tables.files.deleteMany(ids(bySize.slice(5, 12)));
      const second = await tables.files.query().index("folderSize").limit(10).after(first.next).page();
      equal(ids(second.values), ids(bySize.slice(12, 22)), "behind a removed row");
      const asked = tables.files
        .query()
        .where({ folder: "/home", size: { gte: 0 }, owner: "ada" })
        .limit(2);
      const begun = await asked.page();
      equal([(await asked.explain()).index, begun.next !== undefined], ["folderSize", true], "the index, and that there is more");
      await tables.files.putMany(rows.map((row) => ({ ...row, owner: row.id % 30 === 0 ? "ada" : "bob" })));
      equal((await asked.after(begun.next).explain()).index, "folderSize", "the index, in spite of fewer rows by another");
    },
    settings,
  ),

  cacheScenario(
    "query-page/elsewhere",
    "a cursor is good in another iteration, and after the cache was opened again",
    async (context) => {
      await context.tables.files.putMany(rows);
      const { next } = await context.tables.files.query().index("folderSize").limit(10).page();
      ok(/^[\w-]+$/.test(next ?? ""), "a cursor is text for a URL");
      const { tables } = await context.reopen();
      equal(ids(await tables.files.query().index("folderSize").after(next).toArray()), ids(bySize.slice(10)), "the rest");
      equal(await tables.files.query().index("folderSize").after(next).count(), 140, "how many are left");
    },
    { ...settings, requires: ["reopens"] },
  ),

  cacheScenario(
    "query-page/foreign-cursor",
    "a damaged cursor, and one of another query, index or direction, is a TypeError",
    async ({ tables }) => {
      await tables.files.putMany(rows);
      const query = tables.files.query();
      const { next = "" } = await query.index("folderSize").limit(10).page();
      await throwsType(() => query.after(next).toArray(), "without the index");
      await throwsType(() => query.index("name").after(next).toArray(), "another index");
      await throwsType(() => query.index("folderSize").reverse().after(next).page(), "the other direction");
      await throwsType(() => query.index("folderSize").prefix("/tmp").after(next).count(), "other bounds");
      await throwsType(() => query.index("folderSize").where({ size: 4 }).after(next).first(), "other conditions");
      await throwsType(() => query.after("not a cursor"), "a text that is none");
      const at = 20;
      const damaged = next.slice(0, at) + (next[at] === "A" ? "B" : "A") + next.slice(at + 1);
      await throwsType(() => query.index("folderSize").after(damaged), "a damaged one");
      equal(await query.index("folderSize").after(undefined).count(), 150, "none at all");
    },
    settings,
  ),
];
