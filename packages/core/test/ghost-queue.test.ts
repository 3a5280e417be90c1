import * as fc from "fast-check";
import { expect, test } from "vitest";
import { GhostQueue } from "../src/eviction/ghost-queue.ts";

test("it remembers the last hashes, each from when it was added last, until it is taken", () => {
  const step = fc.record({ hash: fc.integer({ min: -20, max: 20 }), takes: fc.boolean() });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 12 }), fc.array(step, { maxLength: 400, size: "max" }), (size, steps) => {
      const queue = new GhostQueue(size);
      // What was added, the oldest first, with a hole where a hash was taken or came again.
      let added: (number | undefined)[] = [];
      for (const { hash, takes } of steps) {
        const wasKnown = added.includes(hash);
        added = added.map((one) => (one === hash ? undefined : one));
        if (!takes) added = [...added, hash].slice(-size);
        expect(takes ? queue.take(hash) : queue.add(hash)).toBe(takes ? wasKnown : undefined);
      }
      const rest = new Set(steps.map(({ hash }) => hash));
      for (const hash of rest) expect(queue.take(hash)).toBe(added.includes(hash));
    }),
  );
});

test("it holds at least one hash, and a whole number of them", () => {
  const smallest = new GhostQueue(0.5);
  smallest.add(1);
  smallest.add(2);
  expect([1, 2].map((hash) => smallest.take(hash))).toEqual([false, true]);
  const odd = new GhostQueue(2.9);
  for (const hash of [1, 2, 3]) odd.add(hash);
  expect([1, 2, 3].map((hash) => odd.take(hash))).toEqual([false, true, true]);
});
