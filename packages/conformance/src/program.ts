import { type Key, table, type TableDefinition, type TableTypes } from "@cache/core";
import type { AnyCache } from "./cache-context.ts";
import type { FakeClock } from "./fake-clock.ts";
import { orderedKeys } from "./sample-keys.ts";
import { collect, together } from "./turns.ts";

/** What the program keeps in its table. */
export interface Person {
  readonly id: number;
  readonly name: string;
  readonly email: string;
  readonly age: number;
  readonly address?: { readonly city: string };
  readonly tags: readonly string[];
}

/** The types of the program's table. */
export interface ProgramTypes extends TableTypes {
  readonly value: Person;
  readonly input: Person;
  readonly key: number;
  readonly keyed: true;
  readonly indexes: {
    readonly email: { readonly key: string; readonly unique: true };
    readonly cityAge: { readonly key: readonly [string, number]; readonly unique: false };
    readonly tag: { readonly key: string; readonly unique: false };
  };
}

/** The tables that the program works on. They are its own: what it leaves is compared with what it once left. */
export const programTables: { readonly people: TableDefinition<ProgramTypes> } = {
  people: table<Person>()({
    key: "id",
    indexes: {
      email: { on: "email", unique: true },
      cityAge: { on: ["address.city", "age"] },
      tag: { on: "tags", multi: true },
    },
  }),
};

/** How many calls the program makes before it lists what there is. */
const STEPS = 600;
const PEOPLE = 40;

/** No Uint8Arrays among the keys, which are answers, too, nor among values: in Node they have another form in MessagePack than in browsers. */
const keys: readonly Key[] = orderedKeys.filter((key) => !(key instanceof Uint8Array));

/** Numbers that look random and are the same each time: a linear congruential generator with the constants of Numerical Recipes. */
class Dice {
  #state = 20_300_101;

  /** A whole number from 0 to before `sides`. */
  roll(sides: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    // The low bits repeat soonest.
    return (this.#state >>> 8) % sides;
  }
}

/** One run of a program that does the same on every store: what it was answered, and what there is in the end, in order. */
export async function runProgram(cache: AnyCache<typeof programTables>, clock: FakeClock): Promise<unknown[]> {
  const dice = new Dice();
  const answers: unknown[] = [];
  for (let step = 0; step < STEPS; step++) {
    if (dice.roll(8) === 0) clock.advance(dice.roll(500));
    answers.push(await (dice.roll(2) === 0 ? changeEntry(cache, dice, step) : changePerson(cache, dice)));
  }
  return [answers, await entriesIn(cache), await peopleIn(cache)];
}

function changeEntry(cache: AnyCache<typeof programTables>, dice: Dice, step: number): unknown {
  const key = keyOf(dice);
  switch (dice.roll(9)) {
    case 0:
      return cache.delete(key);
    case 1:
      return cache.touch(key, 1 + dice.roll(4000));
    case 2:
      return cache.expire(key);
    case 3:
      return cache.deletePrefix([["a", "ns", null][dice.roll(3)] ?? "b"]);
    case 4:
      return cache.get(key);
    case 5:
      return cache.namespace("ns", dice.roll(3)).set(key, { step, in: "a namespace" }, dice.roll(2) === 0 ? {} : { ttl: "1h" });
    default:
      return cache.set(key, valueOf(dice, step), dice.roll(3) === 0 ? { ttl: 1 + dice.roll(3000) } : {});
  }
}

function changePerson({ tables }: AnyCache<typeof programTables>, dice: Dice): unknown {
  const id = dice.roll(PEOPLE);
  if (dice.roll(5) === 0) return tables.people.delete(id);
  if (dice.roll(5) === 0) return tables.people.getBy("email", `${id}@x.org`);
  const person: Person = {
    id,
    name: `${"ABC"[dice.roll(3)]}${dice.roll(9)}`,
    email: `${id}@x.org`,
    age: dice.roll(80),
    ...(dice.roll(2) === 0 && { address: { city: ["Berlin", "London", "Rome"][dice.roll(3)] ?? "Paris" } }),
    tags: ["math", "music", "poetry"].filter(() => dice.roll(2) === 0),
  };
  return tables.people.put(person, dice.roll(4) === 0 ? { ttl: 1 + dice.roll(5000) } : {});
}

function keyOf(dice: Dice): Key {
  return keys[dice.roll(keys.length)] ?? null;
}

function valueOf(dice: Dice, step: number): unknown {
  switch (dice.roll(6)) {
    case 0:
      return step / 8;
    case 1:
      return { step, list: [BigInt(step), new Date(step), undefined] };
    case 2:
      return new Map([[step, new Set(["a", step])]]);
    case 3:
      return Int16Array.of(step, 0, -255);
    case 4:
      return { other: "shape", step };
    default:
      return `text ${"é".repeat(dice.roll(100))}`;
  }
}

/** The default table by every way in which it can be gone through. */
async function entriesIn(cache: AnyCache<typeof programTables>): Promise<unknown[]> {
  const all = await collect(cache.keys());
  return [
    await collect(cache.entries()),
    await collect(cache.keys({ reverse: true })),
    await collect(cache.entries({ gt: 1, lte: "a\0" })),
    await collect(cache.values({ prefix: "ns", reverse: true, limit: 5 })),
    await cache.count({ gte: "a", lt: "b" }),
    await cache.size,
    (await together(all.map((key) => cache.getEntry(key)))).map((entry) => entry?.expiresAt),
  ];
}

/** The typed table by its key, by what is unique in it, and by questions of other indexes, which are named: an order is the index's. */
async function peopleIn({ tables }: AnyCache<typeof programTables>): Promise<unknown[]> {
  const query = tables.people.query();
  const addresses = Array.from({ length: PEOPLE }, (_, id) => `${id}@x.org`);
  return [
    await collect(tables.people.entries()),
    await collect(tables.people.keys({ reverse: true, lt: 20 })),
    await together(addresses.map((address) => tables.people.getBy("email", address))),
    await tables.people.count({ gte: 10 }),
    await tables.people.size,
    await query.index("cityAge").toArray(),
    await query.index("cityAge").prefix(["London"]).reverse().toArray(),
    await query.index("tag").in(["poetry", "math"]).toArray(),
    await collect(query.index("tag").keys()),
    await query
      .index("email")
      .where({ name: { gte: "B" }, age: { lt: 50 } })
      .toArray(),
    await query.index("email").match("1*@x.org").count(),
    await collect(query.index("tag").groupBy("tags", { people: "count", oldest: { max: "age" } })),
  ];
}
