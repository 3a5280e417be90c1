import { expectTypeOf, test } from "vitest";
import type { FieldPath, FieldValue, KeyField, MultiField, NumberField } from "../src/table/field.ts";

type UserId = string & { readonly brand: "UserId" };

interface User {
  readonly id: UserId;
  readonly age?: number | undefined;
  readonly born: Date;
  readonly hash: Uint8Array;
  readonly nick: string | null;
  readonly tags: readonly string[];
  readonly friends?: UserId[];
  readonly address?: { readonly city: string; readonly at?: { readonly lat: number } | undefined } | undefined;
  readonly phones: readonly { readonly number: string; readonly kind?: string }[];
  readonly settings: Map<string, number>;
  readonly greet: () => string;
  readonly "dotted.name": string;
}

test("paths name fields, those of objects within, and those of the objects of lists", () => {
  expectTypeOf<FieldPath<User>>().toEqualTypeOf<
    | "id"
    | "age"
    | "born"
    | "hash"
    | "nick"
    | "tags"
    | "friends"
    | "address"
    | "address.city"
    | "address.at"
    | "address.at.lat"
    | "phones"
    | "phones.number"
    | "phones.kind"
    | "settings"
    | "greet"
  >();
});

test("what stands at a path may be missing where something on the way may be", () => {
  expectTypeOf<FieldValue<User, "id">>().toEqualTypeOf<UserId>();
  expectTypeOf<FieldValue<User, "address.city">>().toEqualTypeOf<string | undefined>();
  expectTypeOf<FieldValue<User, "address.at.lat">>().toEqualTypeOf<number | undefined>();
  expectTypeOf<FieldValue<User, "phones.number">>().toEqualTypeOf<string>();
  expectTypeOf<FieldValue<User, "tags">>().toEqualTypeOf<readonly string[]>();
});

test("keys are made of fields that have an order, not of what lists hold", () => {
  expectTypeOf<KeyField<User>>().toEqualTypeOf<
    "id" | "age" | "born" | "hash" | "nick" | "tags" | "friends" | "address.city" | "address.at.lat"
  >();
  expectTypeOf<MultiField<User>>().toEqualTypeOf<KeyField<User> | "phones.number" | "phones.kind">();
  expectTypeOf<NumberField<User>>().toEqualTypeOf<"age" | "address.at.lat">();
});

type Shape =
  | { readonly kind: "circle"; readonly id: number; readonly r: number }
  | { readonly kind: "square"; readonly id: number; readonly side: number; readonly corner?: { readonly x: number } };

test("of a union all members' fields count, missing in the others", () => {
  expectTypeOf<KeyField<Shape>>().toEqualTypeOf<"kind" | "id" | "r" | "side" | "corner.x">();
  expectTypeOf<FieldValue<Shape, "r">>().toEqualTypeOf<number | undefined>();
  expectTypeOf<FieldValue<Shape, "kind">>().toEqualTypeOf<"circle" | "square">();
});

interface Dictionary {
  readonly id: number;
  readonly words: Record<string, string>;
  readonly counts?: Readonly<Record<string, { readonly n: number }>>;
}

test("the names of a dictionary are any", () => {
  expectTypeOf<KeyField<Dictionary>>().toEqualTypeOf<"id" | `words.${string}`>();
  expectTypeOf<FieldValue<Dictionary, "words.hello">>().toEqualTypeOf<string | undefined>();
  expectTypeOf<FieldValue<Dictionary, "counts.a.n">>().toEqualTypeOf<number | undefined>();
  expectTypeOf<KeyField<Readonly<Record<string, unknown>>>>().toEqualTypeOf<string>();
  expectTypeOf<KeyField<Readonly<Record<string, number>>>>().toEqualTypeOf<string>();
});

interface Folder {
  readonly name: string;
  readonly parent?: Folder | undefined;
  readonly children: readonly Folder[];
}

type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

interface Page {
  readonly id: string;
  readonly body: Json;
  readonly grid: readonly (readonly { readonly x: number }[])[];
  // oxlint-disable-next-line typescript/no-explicit-any -- types of others may hold it
  readonly loose: any;
  readonly vague: unknown;
}

test("types that hold themselves, or hold anything, have an end", () => {
  expectTypeOf<"parent.parent.parent.name">().toExtend<KeyField<Folder>>();
  expectTypeOf<"parent.parent.parent.parent.name">().not.toExtend<FieldPath<Folder>>();
  expectTypeOf<"children.children.name">().toExtend<MultiField<Folder>>();
  expectTypeOf<"children.name">().not.toExtend<KeyField<Folder>>();
  expectTypeOf<"id">().toExtend<KeyField<Page>>();
  expectTypeOf<"loose.any.where">().toExtend<KeyField<Page>>();
  expectTypeOf<"vague.any.where">().toExtend<KeyField<Page>>();
  expectTypeOf<"grid.x">().not.toExtend<FieldPath<Page>>();
  expectTypeOf<KeyField<unknown>>().toEqualTypeOf<string>();
});
