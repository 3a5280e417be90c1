import { openCacheSync } from "@cache/core";
import { memoryStore } from "@cache/core/memory";
import { expect, test } from "vitest";
import { MAX_POSITION } from "../src/eviction/place.ts";
import { Positions } from "../src/eviction/positions.ts";

const start = Date.UTC(2030, 0, 1);

test("positions rise while the clock stands still, goes back and goes on", () => {
  let time = start;
  const positions = new Positions({ now: () => time });
  const all: number[] = [];
  for (const step of [0, 0, 1, -60_000, 0, 120_000, 0]) {
    time += step;
    all.push(positions.next());
  }
  expect(all).toEqual([...new Set(all)].toSorted((a, b) => a - b));
});

test("what happens at the same time follows what was before it, whatever the clock says", () => {
  let time = start;
  const positions = new Positions({ now: () => time });
  const before = positions.next();
  time++;
  expect([positions.following(), positions.following()]).toEqual([before + 1, before + 2]);
  expect(positions.next()).toBe(before + 1024);
});

test("positions of some time ago are above those from before it, and not above those since", () => {
  let time = start;
  const positions = new Positions({ now: () => time });
  const first = positions.next();
  time += 10;
  const second = positions.next();
  time += 5;
  expect(positions.ago(5)).toBeLessThanOrEqual(second);
  expect(positions.ago(5)).toBeGreaterThan(first);
});

test("those of several processes mix by the clock they share", () => {
  let time = start;
  const clock = { now: () => time };
  const [one, other] = [new Positions(clock), new Positions(clock)];
  const all: number[] = [];
  for (const positions of [one, other, one, one, other]) {
    all.push(positions.next());
    time++;
  }
  expect(all).toEqual(all.toSorted((a, b) => a - b));
});

test("they follow a greater one from the store, and don't mind a lesser one", () => {
  const positions = new Positions({ now: () => start });
  const first = positions.next();
  positions.follow(first + 5000);
  expect(positions.next()).toBe(first + 5001);
  positions.follow(first);
  expect(positions.next()).toBe(first + 5002);
});

test("they are whole numbers that places hold, whatever fraction the clock shows, for the next hundred years and more", () => {
  const position = new Positions({ now: () => Date.UTC(2200, 0, 1) + 0.75 }).next();
  expect(Number.isInteger(position)).toBe(true);
  expect(position).toBeLessThan(MAX_POSITION);
});

test("a row's place tells when it was written, whatever was given up before", () => {
  let time = start;
  const clock = { now: () => time, schedule: () => () => {} };
  using cache = openCacheSync<string>(memoryStore(), { clock, maxBytes: 1000, tooLarge: "skip", sweepInterval: false });
  const newestAfter = (givenUp: () => void): number | undefined => {
    givenUp();
    time += 3_600_000;
    cache.set("row", "value");
    return cache.stats().newest;
  };
  expect(newestAfter(() => cache.set("large", "x".repeat(5000)))).toBe(time);
  const abandoned = newestAfter(() => {
    const thrown = (): void =>
      cache.transaction((transaction) => {
        transaction.set("other", "value");
        throw new Error("given up");
      });
    expect(thrown).toThrow("given up");
  });
  expect(abandoned).toBe(time);
});
