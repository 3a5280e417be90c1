import { type } from "arktype";
import * as v from "valibot";
import { describe, expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import { isCacheError, openCache, openCacheSync, table, type TypesOf } from "../src/index.ts";
import { memoryStore } from "../src/memory-store.ts";

/** What each library's schema makes of an {@link Input}. */
interface Output {
  id: number;
  email: string;
  at: Date;
  tags: string[];
}

/** What the schemas take: a moment as text, no tags or some. */
interface Input {
  id: number;
  email: string;
  at: string;
  tags?: string[] | undefined;
}

const indexes = { email: { on: "email", unique: true }, at: { on: "at" }, tag: { on: "tags", multi: true } } as const;

const byZod = table({
  schema: z.object({
    id: z.int(),
    email: z.string().trim().toLowerCase(),
    at: z.string().transform((text) => new Date(text)),
    tags: z.array(z.string()).default([]),
  }),
  key: "id",
  indexes,
});
const byValibot = table({
  schema: v.object({
    id: v.pipe(v.number(), v.integer()),
    email: v.pipe(v.string(), v.trim(), v.toLowerCase()),
    at: v.pipe(
      v.string(),
      v.transform((text) => new Date(text)),
    ),
    tags: v.optional(v.array(v.string()), []),
  }),
  key: "id",
  indexes,
});
const byArktype = table({
  schema: type({
    id: "number.integer",
    email: type("string.trim").pipe((text) => text.toLowerCase()),
    at: "string.date.parse",
    tags: type("string[]").default(() => []),
  }),
  key: "id",
  indexes,
});

describe.each([
  ["zod", byZod],
  ["valibot", byValibot],
  ["arktype", byArktype],
] as const)("a schema of %s", (_name, definition) => {
  test("makes what is stored, keyed and indexed", () => {
    using cache = openCacheSync(memoryStore(), { tables: { rows: definition } });
    const { rows } = cache.tables;
    expect(rows.put({ id: 7, email: " Ada@X.org ", at: "2030-01-01T00:00:00Z" })).toBe(7);
    const made: Output = { id: 7, email: "ada@x.org", at: new Date("2030-01-01T00:00:00Z"), tags: [] };
    expect(rows.get(7)).toEqual(made);
    expect(rows.getBy("email", "ada@x.org")).toEqual(made);
  });

  test("refuses what it doesn't take, with its issues, and leaves the old row", () => {
    using cache = openCacheSync(memoryStore(), { tables: { rows: definition } });
    const { rows } = cache.tables;
    rows.put({ id: 7, email: "ada@x.org", at: "2030-01-01", tags: ["a"] });
    let failure: unknown;
    try {
      // A wrong value is what this is about.
      rows.putMany([
        { id: 8, email: "b", at: "2030-01-01" },
        { id: 7, email: 12_345 as unknown as string, at: "2030-01-01" },
      ]);
    } catch (error) {
      failure = error;
    }
    expect(isCacheError(failure, "CACHE_SCHEMA_INVALID") && failure.issues.map(({ path }) => path)).toEqual([["email"]]);
    // Some schemas quote what they refuse; messages end up in logs.
    expect(String(failure)).toMatch(/^(?!.*12345).*email/);
    expect([...rows.keys()]).toEqual([7]);
    expect(rows.get(7)?.tags).toEqual(["a"]);
  });

  test("gives inputs and outputs their types", () => {
    type Types = TypesOf<typeof definition>;
    expectTypeOf<Types["value"]>().toEqualTypeOf<Output>();
    expectTypeOf<Types["input"]>().toExtend<Input>();
    expectTypeOf<Input>().toExtend<Types["input"]>();
    expectTypeOf<Types["key"]>().toEqualTypeOf<number>();
    expectTypeOf<Types["indexes"]["at"]["key"]>().toEqualTypeOf<Date>();
    expectTypeOf<Types["indexes"]["tag"]["key"]>().toEqualTypeOf<string>();
  });
});

const taken = async (email: string): Promise<boolean> => {
  await Promise.resolve();
  return email === "taken";
};

const asyncByZod = table({
  schema: z.object({ id: z.int(), email: z.string().refine(async (email) => !(await taken(email)), "is taken") }),
  key: "id",
});
const asyncByValibot = table({
  schema: v.objectAsync({
    id: v.number(),
    email: v.pipeAsync(
      v.string(),
      v.checkAsync(async (email) => !(await taken(email)), "is taken"),
    ),
  }),
  key: "id",
});

describe.each([
  ["zod", asyncByZod],
  ["valibot", asyncByValibot],
] as const)("an asynchronous schema of %s", (_name, definition) => {
  test("is waited for", async () => {
    await using cache = await openCache(memoryStore(), { tables: { rows: definition } });
    const { rows } = cache.tables;
    await rows.put({ id: 1, email: "free" });
    const refused = { code: "CACHE_SCHEMA_INVALID", issues: [{ path: ["email"], message: "is taken" }] };
    await expect(rows.put({ id: 1, email: "taken" })).rejects.toMatchObject(refused);
    expect(await rows.get(1)).toEqual({ id: 1, email: "free" });
  });

  test("needs the asynchronous face", () => {
    using cache = openCacheSync(memoryStore(), { tables: { rows: definition } });
    expect(() => cache.tables.rows.put({ id: 1, email: "free" })).toThrow(expect.objectContaining({ code: "CACHE_UNSUPPORTED" }));
  });
});

test("brands and unions of schemas are the tables'", () => {
  const Shape = z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("circle"), id: z.string().brand<"ShapeId">(), r: z.number() }),
    z.object({ kind: z.literal("square"), id: z.string().brand<"ShapeId">(), side: z.number() }),
  ]);
  type ShapeId = z.infer<typeof Shape>["id"];
  const shapes = table({ schema: Shape, key: "id", indexes: { r: { on: ["kind", "r"] } } });
  using cache = openCacheSync(memoryStore(), { tables: { shapes } });
  const id = cache.tables.shapes.put({ kind: "circle", id: "a", r: 2 });
  expectTypeOf(id).toEqualTypeOf<ShapeId>();
  // @ts-expect-error: a text without the brand
  expect(cache.tables.shapes.get("b")).toBe(undefined);
  expect(cache.tables.shapes.get(id)).toEqual({ kind: "circle", id: "a", r: 2 });
  expectTypeOf<TypesOf<typeof shapes>["indexes"]["r"]["key"]>().toEqualTypeOf<readonly ["circle" | "square", number]>();
});
