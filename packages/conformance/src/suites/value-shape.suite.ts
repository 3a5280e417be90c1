import { equal, ok } from "../assert.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";

/** How values hang together: references, prototypes, holes, the order of fields. */
export const valueShapeSuite: readonly CacheScenario[] = [
  cacheScenario("value/error-kinds", "an error read back is an Error, in its own class", async ({ cache }) => {
    await cache.setMany([
      ["a", new TypeError("typed")],
      ["b", new SyntaxError("bad")],
    ]);
    const [a, b] = await cache.getMany(["a", "b"]);
    ok(a instanceof TypeError && b instanceof SyntaxError, "a TypeError and a SyntaxError");
  }),

  cacheScenario("value/cycles", "cycles come back as cycles", async ({ cache }) => {
    interface Node {
      name: string;
      next?: Node;
      all?: Node[];
    }
    const a: Node = { name: "a" };
    const b: Node = { name: "b", next: a };
    a.next = b;
    a.all = [a, b];
    await cache.set("a", a);
    const read = (await cache.get("a")) as Node;
    ok(read.next?.next === read && read.all?.[0] === read && read.all[1] === read.next, "the same shape of references");
    equal(read, a);
    const map = new Map<string, unknown>();
    map.set("self", map);
    await cache.set("map", map);
    const readMap = (await cache.get("map")) as typeof map;
    ok(readMap.get("self") === readMap, "a map that holds itself");
  }),

  cacheScenario("value/shared-references", "an object met twice comes back as one object", async ({ cache }) => {
    const shared = { n: 1 };
    const bytes = Uint8Array.of(1, 2);
    await cache.set("a", { first: shared, second: shared, list: [shared], other: { n: 1 }, bytes, again: bytes });
    const read = (await cache.get("a")) as Record<string, { n: number }> & { list: unknown[] };
    ok(read["first"] === read["second"] && read.list[0] === read["first"], "one object");
    ok(read["other"] !== read["first"], "an equal object of its own");
    equal(read["bytes"], bytes, "the bytes");
  }),

  cacheScenario("value/holes", "a list with holes keeps its length and what is in it", async ({ cache }) => {
    const list: number[] = [];
    list[2] = 7;
    list.length = 4;
    await cache.set("a", list);
    const read = (await cache.get("a")) as unknown[];
    equal([read.length, read[0], read[2], read[3]], [4, undefined, 7, undefined]);
  }),

  cacheScenario("value/class-instances", "an instance of a class comes back with its fields", async ({ cache }) => {
    class Point {
      readonly x: number = 1;
      readonly y: number = 2;
      get sum(): number {
        return this.x + this.y;
      }
    }
    await cache.set("a", new Point());
    const read = (await cache.get("a")) as Record<string, unknown>;
    equal([read["x"], read["y"], Object.keys(read)], [1, 2, ["x", "y"]]);
  }),

  cacheScenario("value/deep", "values may be nested hundreds of levels deep", async ({ cache }) => {
    let value: unknown = "bottom";
    for (let depth = 0; depth < 500; depth++) value = depth % 2 === 0 ? [value] : { in: value };
    await cache.set("a", value);
    equal(await cache.get("a"), value);
  }),

  cacheScenario("value/field-order", "objects with the same fields in another order stay themselves", async ({ cache }) => {
    await cache.setMany([
      ["a", { x: 1, y: 2 }],
      ["b", { y: 3, x: 4 }],
      ["c", { x: 5 }],
      ["d", { x: 6, y: 7, z: 8 }],
    ]);
    equal(await cache.getMany(["a", "b", "c", "d"]), [{ x: 1, y: 2 }, { y: 3, x: 4 }, { x: 5 }, { x: 6, y: 7, z: 8 }]);
    equal(Object.keys((await cache.get("b")) as object), ["y", "x"], "the order of the fields");
  }),

  cacheScenario("value/documented-losses", "what is known to be lost is lost as documented: −0 and lone surrogates", async ({ cache }) => {
    await cache.set("a", -0);
    await cache.set("b", "x\ud800y");
    equal(await cache.get("a"), 0);
    ok(/^x\ufffd+y$/.test(String(await cache.get("b"))), "replacement characters for a lone surrogate");
  }),

  cacheScenario("value/proto-field", "a field called __proto__ harms nothing", async ({ cache }) => {
    await cache.set("a", JSON.parse('{"__proto__":{"polluted":true},"b":1}'));
    const read = (await cache.get("a")) as Record<string, unknown>;
    equal([read["b"], "polluted" in {}, read["polluted"]], [1, false, undefined]);
  }),
];
