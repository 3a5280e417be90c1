// Writes and deletes for as long as asked, and checks that nothing is lost, mixed up or miscounted on the way.
//
//   npm run soak -- --minutes 10 --store lmdb
import { parseArgs } from "node:util";
import { openCache } from "@cache/core";
import { nodeHarnesses } from "./node-harnesses.ts";

/** How many entries live at once, and how many are replaced with each step. */
const WINDOW = 20_000;
const STEP = 200;

/** How many steps lie between two looks at what is there. */
const STEPS_PER_CHECK = 250;

const { values } = parseArgs({ options: { minutes: { type: "string", default: "10" }, store: { type: "string", default: "lmdb" } } });
const minutes = Number(values.minutes);
if (!(minutes > 0)) throw new TypeError("--minutes must be a number above 0");
const harness = nodeHarnesses.find(({ name }) => name === values.store);
if (!harness) throw new TypeError(`there is no store ${values.store}; there are: ${nodeHarnesses.map(({ name }) => name).join(", ")}`);

/** The value of the entry with a number: 50 bytes to 19 KB, told by the number alone. */
function valueOf(number: number): Uint8Array {
  return new Uint8Array(50 + ((number * 7919) % 19_000)).fill(number & 0xff);
}

function isValueOf(number: number, value: unknown): boolean {
  const expected = valueOf(number);
  return value instanceof Uint8Array && value.length === expected.length && value.every((byte) => byte === expected[0]);
}

const fixture = await harness.create();
const cache = await openCache(fixture.store());
const end = performance.now() + minutes * 60_000;
let next = 0;
try {
  for (let step = 1; performance.now() < end; step++) {
    const first = next;
    next += STEP;
    // With a deadline, so that each entry has a line in the expiry index that goes when it goes.
    await cache.setMany(
      Array.from({ length: STEP }, (_, at) => [["churn", first + at], valueOf(first + at)] as const),
      { ttl: "30d" },
    );
    const oldest = next - WINDOW - STEP;
    if (oldest >= 0) {
      const removed = await cache.deleteMany(Array.from({ length: STEP }, (_, at) => ["churn", oldest + at]));
      if (!removed.every(Boolean)) throw new Error(`entries from ${oldest} on were lost before they were deleted`);
    }
    if (step % STEPS_PER_CHECK === 0) await check();
  }
  await check();
  console.log(`${harness.name}: ${next} entries came and went, and all was there as it should be`);
} finally {
  await cache.close();
  await fixture.dispose();
}

/** Reads all that should be there. */
async function check(): Promise<void> {
  const first = Math.max(0, next - WINDOW);
  const size = await cache.size;
  if (size !== next - first) throw new Error(`the size is ${size}, not ${next - first}`);
  let expected = first;
  for await (const [key, value] of cache.entries()) {
    if (!Array.isArray(key) || key[1] !== expected || !isValueOf(expected, value)) throw new Error(`entry ${expected} is missing or wrong`);
    expected++;
  }
  if (expected !== next) throw new Error(`the entries end at ${expected}, not at ${next}`);
}
