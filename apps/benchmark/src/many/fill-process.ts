import { collectGarbage } from "../garbage.ts";
import { nextTurn } from "../next-turn.ts";
import { ownMemoryBytes } from "../own-memory.ts";
import { vaultRecord } from "../vault-record.ts";
import { type Holder, holders } from "./holder.ts";

/** What the process tells its parent when it has written everything and come to rest. */
export interface Filled {
  /** Bytes of memory that are the process's own: what the engine maps of its file isn't among them. */
  readonly memoryBytes: number;
}

const writesPerTurn = 1000;

// Fills a holder and looks at the memory of doing so: its name, a folder, how many entries, and how many writes come as arguments. With more
// writes than entries, entries are overwritten; so processes that differ in entries alone can be compared.
const [holder = "", folder = "", entries = "", writes = ""] = process.argv.slice(2);
// The parent names one that exists.
const contender = await holders[holder as Holder](folder);
for (let from = 0; from < Number(writes); from += writesPerTurn) {
  const records = Array.from({ length: writesPerTurn }, (_, at) => vaultRecord((from + at) % Number(entries)));
  await contender.setTurn(records);
  await nextTurn();
}
for (let round = 0; round < 3; round++) {
  collectGarbage({ type: "major" });
  await nextTurn();
}
const filled: Filled = { memoryBytes: ownMemoryBytes() };
process.send?.(filled);
await contender.close();
