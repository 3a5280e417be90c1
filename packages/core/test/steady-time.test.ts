import * as fc from "fast-check";
import { expect, test } from "vitest";
import { SteadyTime } from "../src/steady-time.ts";

test("time follows the clock, and goes at half its pace after it was set back until the clock has caught up", () => {
  let wall = 1000;
  const time = new SteadyTime({ now: () => wall });
  const at = (moment: number): number => {
    wall = moment;
    return time.now();
  };
  expect([at(1000), at(1000), at(1500)]).toEqual([1000, 1000, 1500]);
  expect([at(500), at(500), at(700), at(1501)]).toEqual([1500, 1500, 1600, 2000.5]);
  expect([at(2000), at(2500), at(2501)]).toEqual([2250, 2500, 2501]);
});

test("time never goes back, is never behind the clock, and runs at half the clock's pace at least", () => {
  const steps = fc.array(
    fc.record({ passes: fc.nat(10_000), jump: fc.oneof(fc.constant(0), fc.integer({ min: -100_000, max: 100_000 })) }),
  );
  fc.assert(
    fc.property(steps, (all) => {
      let wall = 1_000_000;
      const time = new SteadyTime({ now: () => wall });
      let before = time.now();
      for (const { passes, jump } of all) {
        wall += jump;
        const jumped = time.now();
        expect(jumped).toBeGreaterThanOrEqual(Math.max(before, wall));
        wall += passes;
        const after = time.now();
        expect(after).toBeGreaterThanOrEqual(Math.max(wall, jumped + passes / 2 - 1e-6));
        expect(after).toBeLessThanOrEqual(Math.max(wall, jumped + passes / 2 + 1e-6));
        before = after;
      }
    }),
  );
});
