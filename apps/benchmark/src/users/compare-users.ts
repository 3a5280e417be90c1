import type { Bench } from "../bench.ts";
import type { MaybePromise } from "../contender.ts";
import { cityAgeRanges, freshOf, getsByEmail, putTurn } from "./user-cases.ts";
import { expectRows, fillUsers, type IndexCount, indexCounts, type UserContender } from "./user-contender.ts";

/** How one makes an empty table with so many indexes. */
export type UserOpener = (indexes: IndexCount) => MaybePromise<UserContender>;

/** Measures our table beside those that are written by hand, in this process. Gets of a round are as many as take some milliseconds. */
export async function compareUsers(
  bench: Bench,
  engine: "lmdb" | "sqlite",
  { open, theirs, gets }: { readonly open: UserOpener; readonly theirs: readonly UserOpener[]; readonly gets: number },
): Promise<void> {
  const { entries, allOpponents } = bench.scale;
  const puts = 1000;
  for (const indexes of indexCounts) {
    const put = `${engine}.put.indexes${indexes}`;
    const queries = indexes === 3 ? [`${engine}.query.indexed`, `${engine}.query.range100`] : [];
    if (![put, ...queries].some((name) => bench.wants(name))) continue;
    const ours = await fillUsers(await open(indexes), entries);
    const others: UserContender[] = [];
    for (const opener of allOpponents ? theirs : theirs.slice(0, 1)) others.push(await fillUsers(await opener(indexes), entries));
    const all = [ours, ...others];
    if (indexes === 3) {
      await bench.compare(`${engine}.query.indexed`, getsByEmail(entries, gets), ours, others);
      await bench.compare(`${engine}.query.range100`, cityAgeRanges(entries, { length: 100, count: 10 }), ours, others);
    }
    // Last, because it changes rows.
    await bench.compare(put, putTurn(entries, puts), ours, others);
    for (const contender of all) {
      await expectRows(contender, entries + (bench.wants(put) ? freshOf(puts) : 0));
      await contender.close();
    }
  }
}
