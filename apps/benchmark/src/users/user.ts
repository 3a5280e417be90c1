import { randomFrom, scramble } from "../random.ts";

/** What an application keeps about a person who uses it: the row of all measurements of tables. */
export interface User {
  readonly id: number;
  /** Different for each user. */
  readonly email: string;
  readonly name: string;
  readonly city: string;
  /** Years. */
  readonly age: number;
  readonly tags?: readonly string[];
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** About 60 characters. */
  readonly bio: string;
}

/** A city, and an age in years. */
export type CityAge = readonly [city: string, age: number];

const cities = ["Athens", "Berlin", "Dublin", "Lisbon", "Madrid", "Oslo", "Paris", "Prague", "Rome", "Vienna"] as const;
const firstNames = ["Ada", "Ben", "Carla", "Dmitri", "Elif", "Farid", "Grace", "Hanna", "Ines", "Jonas", "Kemal", "Lucia", "Mei", "Nils"];
const lastNames = ["Abel", "Bakker", "Costa", "Dupont", "Eriksen", "Ferrari", "Garcia", "Horvat", "Ivanova", "Jansen", "Keller", "Lopez"];
const hobbies = ["chess", "sailing", "baking", "old maps", "climbing", "choir", "gardening", "go", "cycling", "film", "pottery", "trains"];
const tags = ["admin", "beta", "newsletter", "trial", "staff"];

const youngest = 18;
/** How many ages there are: an edition less than this many later, a user's age is another. */
const ages = 72;
const firstCreatedAt = Date.UTC(2020, 0, 1);
const createdWithinMs = 5 * 365 * 86_400_000;

function pick<T>(list: readonly T[], random: number): T {
  // A list is never empty, and a random number is below 1.
  return list[Math.floor(random * list.length)] as T;
}

/** The city and age of the user with this id, an edition being a year. */
export function cityAge(id: number, edition = 0): CityAge {
  const random = randomFrom(scramble(id));
  return [pick(cities, random()), youngest + ((Math.floor(random() * ages) + edition) % ages)];
}

/** The address of the user with this id. Addresses come in no order. */
export function email(id: number): string {
  return `u${scramble(id).toString(36)}@example.org`;
}

/** The user with this id: the same in every run and every runtime. `edition` changes the age. Its strings are flat, as a parser makes them. */
export function user(id: number, edition = 0): User {
  const random = randomFrom(scramble(~id));
  const [city, age] = cityAge(id, edition);
  const row: User = {
    id,
    email: email(id),
    name: `${pick(firstNames, random())} ${pick(lastNames, random())}`,
    city,
    age,
    ...(random() < 0.5 && { tags: [pick(tags, random()), pick(tags, random())] }),
    createdAt: firstCreatedAt + Math.floor(random() * createdWithinMs),
    bio: `Likes ${pick(hobbies, random())}, ${pick(hobbies, random())} and ${pick(hobbies, random())}; came from ${pick(cities, random())}.`,
  };
  // Its own output, and flat.
  return JSON.parse(JSON.stringify(row)) as User;
}

/** Queries of a city from some age on, which many users answer: nobody asked for is older than the younger half. */
export function randomCityAge(seed: number): CityAge {
  const random = randomFrom(seed);
  return [pick(cities, random()), youngest + Math.floor((random() * ages) / 2)];
}
