import { openCache } from "@cache/sqlite";
import { ownValue, ROUNDS, type WriterMessage } from "./writer.ts";

/*
 * Writes mixed keys to the file named first, as the writer with the number named second: its own keys, each left in one known state, and
 * keys that all writers set. Reports when it has begun to write in earnest; with "endless" as the third word it then goes on until it is killed.
 */
const [, , path = "", id = "", endless] = process.argv;
const rounds = endless ? Number.POSITIVE_INFINITY : ROUNDS;
const writer = Number(id);
const tell = (message: WriterMessage): void => void process.send?.(message);

const cache = await openCache({ path, lockTimeout: 60_000 });
tell("open");
await new Promise((resolve) => process.once("message", resolve));
for (let round = 0; round < rounds; round++) {
  if (round === Math.floor(ROUNDS / 2)) tell("half");
  await Promise.all([
    cache.set(["own", writer, round], "to be replaced", round % 2 === 0 ? { ttl: "1h" } : {}),
    cache.set(["shared", round % 10], { writer, round }),
    cache.set(["short", writer, round], "x".repeat(round)),
  ]);
  await cache.setMany([
    [["own", writer, round], ownValue(writer, round), round % 3 === 0 ? { ttl: "2h" } : {}],
    [["pair", writer, 1], round],
    [["pair", writer, 2], round],
  ]);
  await cache.delete(["short", writer, round]);
}
await cache.close();
tell("done");
process.disconnect();
