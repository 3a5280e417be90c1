import { equal } from "../assert.ts";
import type { AnyNamespace } from "../cache-context.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { collect } from "../turns.ts";

/** Checks that values come back by every verb that decodes, alone and inside an object. */
async function checkValues(cache: AnyNamespace, values: readonly unknown[]): Promise<void> {
  await cache.setMany(values.map((value, at) => [["plain", at], value] as const));
  await cache.setMany(values.map((value, at) => [["inside", at], { name: "x", value, list: [value] }] as const));
  for (const [at, value] of values.entries()) {
    equal(await cache.get(["plain", at]), value, "the value");
    equal(await cache.get(["inside", at]), { name: "x", value, list: [value] }, "the value inside an object");
    equal((await cache.getEntry(["plain", at]))?.value, value, "the value of getEntry");
  }
  equal(await cache.getMany(values.map((_, at) => ["plain", at])), [...values], "the values of getMany");
  equal(await collect(cache.values({ prefix: "plain" })), [...values], "the values of an iteration");
}

function scenarioOf(key: string, title: string, values: readonly unknown[]): CacheScenario {
  return cacheScenario(`value/${key}`, title, ({ cache }) => checkValues(cache, values));
}

/** What a value may be, and that it comes back as it was. */
export const valueSuite: readonly CacheScenario[] = [
  scenarioOf("numbers", "numbers come back exactly, NaN and the infinities too", [
    0,
    1,
    -1,
    127,
    128,
    -33,
    255,
    256,
    65_536,
    2 ** 31,
    -(2 ** 31) - 1,
    2 ** 32,
    2 ** 53 - 1,
    -(2 ** 53) + 1,
    2 ** 53 + 2,
    0.1,
    -1.5,
    1e21,
    1.7976931348623157e308,
    5e-324,
    Number.NaN,
    Infinity,
    -Infinity,
  ]),

  scenarioOf("bigints", "bigints of any size stay bigints", [
    0n,
    1n,
    -1n,
    2n ** 53n,
    2n ** 63n - 1n,
    -(2n ** 63n),
    2n ** 63n,
    2n ** 64n,
    2n ** 100n,
    -(2n ** 100n),
  ]),

  scenarioOf("strings", "strings of all lengths and characters come back", [
    "",
    "a",
    "x".repeat(31),
    "x".repeat(32),
    "x".repeat(255),
    "x".repeat(256),
    "x".repeat(70_000),
    "\0",
    "a\0b",
    "é".repeat(40),
    "€uro",
    "😀",
    "\u{10ffff}",
    "\uffff",
    "__proto__",
  ]),

  scenarioOf("nothings", "null, undefined and booleans are told apart", [null, undefined, true, false]),

  scenarioOf("dates", "dates come back as dates, to the millisecond, before 1970 and at the ends too", [
    new Date(0),
    new Date(1),
    new Date(-1),
    new Date(1_893_456_000_123),
    new Date(-62_135_596_800_000),
    new Date(8.64e15),
    new Date(-8.64e15),
  ]),

  scenarioOf("invalid-date", "an invalid date comes back as one", [new Date(Number.NaN)]),

  scenarioOf("lists", "lists come back in order, empty and nested ones too", [
    [],
    [1],
    [[]],
    [[1, [2, [3]]], "a"],
    [undefined, null],
    Array.from({ length: 1000 }, (_, at) => at),
  ]),

  scenarioOf("objects", "objects come back with their fields, undefined ones and odd names too", [
    {},
    { a: undefined },
    { a: 1, b: { c: { d: [] } } },
    { "": 1, " ": 2, "0": 3, "a b": 4, "é\0": 5, constructor: 6, toString: 7, length: 8 },
    Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`field ${at}`, at])),
  ]),

  scenarioOf("maps", "maps come back in order, with keys of any kind", [
    new Map(),
    new Map<unknown, unknown>([
      ["b", 1],
      ["a", 2],
      [1, "number"],
      ["1", "text"],
      [null, undefined],
      [true, false],
    ]),
    new Map([["inner", new Map([["deep", new Set([1])]])]]),
    new Map([[Number.NaN, 1]]),
  ]),

  scenarioOf("sets", "sets come back in order", [new Set(), new Set([3, 1, "1", null, undefined]), new Set([new Date(5).getTime(), "x"])]),

  scenarioOf("bytes", "typed arrays of all kinds come back as their own kind", [
    new Uint8Array(0),
    Uint8Array.of(0, 1, 255),
    Uint8ClampedArray.of(0, 255),
    Int8Array.of(-128, 127),
    Uint16Array.of(0, 65_535),
    Int16Array.of(-32_768, 32_767),
    Uint32Array.of(0, 4_294_967_295),
    Int32Array.of(-2_147_483_648, 1),
    Float32Array.of(0.5, -0, Number.NaN, Infinity),
    Float64Array.of(0.1, -0, Number.NaN, -Infinity),
    BigInt64Array.of(-1n, 2n ** 62n),
    BigUint64Array.of(0n, 2n ** 64n - 1n),
    new Uint8Array(100_000).fill(7),
  ]),

  scenarioOf("array-buffers", "ArrayBuffers and DataViews come back", [
    new ArrayBuffer(0),
    Uint8Array.of(1, 2, 3).buffer,
    new DataView(Uint8Array.of(1, 2, 3, 4).buffer, 1, 2),
  ]),

  scenarioOf("views", "a view onto a part of a buffer comes back as that part", [
    Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7).subarray(2, 5),
    new Uint16Array(Uint16Array.of(1, 2, 3, 4).buffer, 2, 2),
    new Float64Array(Float64Array.of(1, 2, 3).buffer, 8, 1),
  ]),

  scenarioOf("errors", "errors keep name, message and cause", [
    new Error("plain"),
    new TypeError("typed"),
    new RangeError(""),
    new Error("outer", { cause: new Error("inner") }),
  ]),

  scenarioOf("regular-expressions", "regular expressions keep source and flags", [/a+b/, /ü\/"/giu]),
];
