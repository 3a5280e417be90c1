import * as fc from "fast-check";
import { expect, test } from "vitest";
import { SortedMap } from "../src/sorted-map.ts";

test("it is a map whose keys come in order, from any of them, both ways", () => {
  const keys = fc.integer({ min: 0, max: 3000 }).map((number) => String(number));
  fc.assert(
    fc.property(fc.array(fc.tuple(keys, fc.boolean()), { maxLength: 3000, size: "max" }), keys, (steps, from) => {
      const map = new SortedMap<number>();
      const model = new Map<string, number>();
      for (const [at, [key, removes]] of steps.entries()) {
        const change = (each: Pick<Map<string, number>, "delete"> & { set(key: string, value: number): unknown }): boolean =>
          removes ? each.delete(key) : each.set(key, at) === null;
        expect(change(map)).toBe(change(model));
      }
      const sorted = [...model.keys()].toSorted();
      expect(map.size).toBe(model.size);
      expect([...map.ascending()]).toEqual(sorted);
      expect([...map.descending()]).toEqual(sorted.toReversed());
      expect([...map.ascending(from)]).toEqual(sorted.filter((key) => key >= from));
      expect([...map.descending(from)]).toEqual(sorted.filter((key) => key <= from).toReversed());
      for (const key of sorted) expect(map.get(key)).toBe(model.get(key));
    }),
    { numRuns: 60 },
  );
});
