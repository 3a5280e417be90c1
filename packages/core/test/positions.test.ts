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

test("several at once are neighbours, above those before and below those after", () => {
  const positions = new Positions({ now: () => start });
  const before = positions.next();
  expect(positions.several(3)).toBe(before + 1);
  expect(positions.next()).toBe(before + 4);
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
