import { type BudgetReport, pages } from "./budget-program.ts";
import { type Engine, openers } from "./engine.ts";

// Writes new entries to a bounded table and looks after each write whether the budget is kept. Arguments: the engine, the path of its data, a
// number of its own, and how many entries to write.
const [engine = "", path = "", writer = "", count = ""] = process.argv.slice(2);
// Only the test starts it.
await using cache = await openers[engine as Engine]({ path, tables: { pages } });
const { tables } = cache;
let [mostEntries, mostBytes, told] = [0, 0, 0];
tables.pages.on("evict", () => told++);
for (let page = 0; page < Number(count);) {
  // One entry, or some at once.
  const some = Array.from({ length: page % 7 === 0 ? 5 : 1 }, () => page++);
  await Promise.all(some.map((one) => tables.pages.set([Number(writer), one], { text: "x".repeat((one * 31) % 200) })));
  const { entries, bytes } = await tables.pages.stats();
  mostEntries = Math.max(mostEntries, entries);
  mostBytes = Math.max(mostBytes, bytes);
}
const report: BudgetReport = { mostEntries, mostBytes, evictions: (await tables.pages.stats()).evictions, told };
process.send?.(report);
