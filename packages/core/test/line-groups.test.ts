import { CacheError, GROUP_BYTES, LineGroups, linesOfGroup } from "@cache/core/spi";
import { expect, test } from "vitest";

const group = Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 0x70);
const place = (low: number, hits = 0): Uint8Array => Uint8Array.of(...group.subarray(0, GROUP_BYTES - 1), 0x70 | low, hits);
const key = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Groups in memory, of which one may have been damaged. */
class Kept {
  readonly groups = new Map<string, Uint8Array>();

  read(name: Uint8Array): Uint8Array | undefined {
    return this.groups.get(name.join());
  }

  write(name: Uint8Array, lines: Uint8Array): void {
    this.groups.set(name.join(), lines.slice());
  }

  remove(name: Uint8Array): void {
    this.groups.delete(name.join());
  }
}

test("lines that were added come back in their order, and a group without lines goes", () => {
  const kept = new Kept();
  const groups = new LineGroups(kept, 8);
  expect([groups.add(place(9, 1), key("b"), 300), groups.add(place(3), key("c"), 20), groups.add(place(9, 1), key("a"), 1)]).toEqual([
    true,
    true,
    true,
  ]);
  groups.write();
  const lines = linesOfGroup(group, kept.read(group) ?? group, {}, 10);
  expect(lines.map(({ position, rowBytes }) => [[...position.subarray(GROUP_BYTES - 1)], rowBytes])).toEqual([
    [[0x73, 0, 0x63], 20],
    [[0x79, 1, 0x61], 1],
    [[0x79, 1, 0x62], 300],
  ]);
  for (const { position, key: rowKey } of lines) expect(groups.remove(position, rowKey)).toBe(true);
  expect(groups.remove(place(3), key("c"))).toBe(false);
  groups.write();
  expect(kept.groups.size).toBe(0);
});

test("what a group has no room for stands alone, and so does all in a batch of few operations", () => {
  const groups = new LineGroups(new Kept(), 8);
  const long = key("k".repeat(400));
  expect([0, 1, 2].map((low) => groups.add(place(low), long, 500))).toEqual([true, true, false]);
  expect(groups.add(place(4), key("short"), 50)).toBe(true);
  expect(groups.add(place(5), key("large"), 0x8000)).toBe(false);
  expect(groups.add(place(6).subarray(0, 5), key("no place"), 50)).toBe(false);
  expect(new LineGroups(new Kept(), 7).add(place(1), key("a"), 10)).toBe(false);
});

test.each([
  ["of no bytes for its row", [0, 0, 1, 0x61, 0]],
  ["of another group", [0x1f, 0, 1, 0x61, 9]],
  ["that is cut off", [0, 0, 5, 0x61, 9]],
  ["without what follows its key", [0, 0, 1, 0x61]],
])("a line %s is CACHE_CORRUPT", (_, lines) => {
  const damage = expect.objectContaining({ code: "CACHE_CORRUPT" }) as CacheError;
  expect(() => linesOfGroup(group, Uint8Array.from(lines), {}, 10)).toThrow(damage);
  const kept = new Kept();
  kept.write(group, Uint8Array.from(lines));
  expect(() => new LineGroups(kept, 8).add(place(1), key("a"), 10)).toThrow(damage);
  expect(() => new LineGroups(kept, 8).remove(place(1), key("a"))).toThrow(damage);
});

test("a group by another name is CACHE_CORRUPT, and so is one that is too long", () => {
  const line = Uint8Array.of(0, 0, 1, 0x61, 9);
  for (const name of [group.subarray(1), Uint8Array.of(...group, 0), place(1).subarray(0, GROUP_BYTES)])
    expect(() => linesOfGroup(name, line, {}, 10)).toThrow(CacheError);
  const kept = new Kept();
  kept.write(group, new Uint8Array(2000).fill(1));
  expect(() => new LineGroups(kept, 8).remove(place(1), key("a"))).toThrow(CacheError);
});
