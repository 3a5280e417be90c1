import { sqliteStore } from "@cache/sqlite";
import { batchesFor, logPages, LONG } from "./long-log.ts";

/*
 * Writes to the file named first until its log was long several times, and prints in the end what came of it as JSON. Doesn't close the store: with "late"
 * as the second word the thread is at work when the program ends, with "exit" the program ends then by `process.exit`.
 */
const [, , path = "", how] = process.argv;
const store = sqliteStore({ path });
store.open();
const threads = { started: 0, ended: 0 };
process.on("worker", (thread) => {
  threads.started++;
  thread.once("exit", () => threads.ended++);
});
let longest = 0;
for (const batch of batchesFor(6 * LONG)) {
  await store.commit(batch);
  longest = Math.max(longest, logPages(path));
  // The thread has to start, or to fail.
  await new Promise(setImmediate);
}
process.on("exit", () => console.log(JSON.stringify({ ...threads, longest })));
if (how === "late") for (const batch of batchesFor(LONG)) store.commitSync(batch);
if (how === "exit") process.exit(0);
