import { table, type TableDefinition, type TableTypes } from "@cache/core";

/** What scenarios about typed tables keep. */
export interface Person {
  readonly id: number;
  readonly name: string;
  readonly email?: string | undefined;
  readonly age?: number | undefined;
  readonly address?: { readonly city: string; readonly zip?: string | undefined } | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly phones?: readonly { readonly kind: string; readonly number?: string | undefined }[] | undefined;
}

/** The types of {@link people}. */
export interface PeopleTypes extends TableTypes {
  readonly value: Person;
  readonly input: Person;
  readonly key: number;
  readonly keyed: true;
  readonly indexes: {
    readonly email: { readonly key: string; readonly unique: true };
    readonly name: { readonly key: string; readonly unique: false };
    readonly cityAge: { readonly key: readonly [string, number]; readonly unique: false };
    readonly tag: { readonly key: string; readonly unique: false };
    readonly phone: { readonly key: string; readonly unique: true };
    readonly initial: { readonly key: string; readonly unique: false };
  };
}

/** A table of people with an index of every kind. */
export const people: TableDefinition<PeopleTypes> = table<Person>()({
  key: "id",
  indexes: {
    email: { on: "email", unique: true },
    name: { on: "name" },
    cityAge: { on: ["address.city", "age"] },
    tag: { on: "tags", multi: true },
    phone: { on: "phones.number", multi: true, unique: true },
    initial: { on: ({ name }) => name[0] },
  },
});

export const ada: Person = { id: 1, name: "Ada", email: "ada@x.org", age: 36, address: { city: "London" }, tags: ["math", "poetry"] };
export const bob: Person = { id: 2, name: "Bob", email: "bob@x.org", age: 20, address: { city: "Berlin", zip: "10115" }, tags: ["math"] };
/** Somebody of whom little is known. */
export const cleo: Person = { id: 3, name: "Cleo" };

/** A person with a changed address. */
export function withEmail(person: Person, email: string): Person {
  return { ...person, email };
}
