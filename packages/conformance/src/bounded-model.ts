/** How many entries the random histories' bounded table keeps. */
export const MOST_ENTRIES = 5;

interface Held {
  readonly key: number;
  readonly value: number;
  readonly expiresAt: number;
}

/** What a table that keeps its {@link MOST_ENTRIES} most recently used entries should do, as simply as it can be said. */
export class BoundedModel {
  /** From the least recently used to the most. */
  #held: readonly Held[] = [];
  #now: number;

  constructor(now: number) {
    this.#now = now;
  }

  /** Moves the time on; what has expired is gone at once. */
  advance(ms: number): void {
    this.#now += ms;
    this.#held = this.#held.filter(({ expiresAt }) => expiresAt > this.#now);
  }

  /** Stores entries in one call; what is too much goes after it. */
  set(entries: readonly (readonly [key: number, value: number])[], ttl: number = Infinity): void {
    for (const [key, value] of entries) {
      this.delete(key);
      this.#held = [...this.#held, { key, value, expiresAt: this.#now + ttl }];
    }
    this.#held = this.#held.slice(-MOST_ENTRIES);
  }

  /** Reads an entry, which is then the most recently used. */
  get(key: number): number | undefined {
    const found = this.#held.find((held) => held.key === key);
    if (found) this.#held = [...this.#held.filter((held) => held !== found), found];
    return found?.value;
  }

  touch(key: number, ttl: number = Infinity): boolean {
    const had = this.#held.some((held) => held.key === key);
    this.#held = this.#held.map((held) => (held.key === key ? { ...held, expiresAt: this.#now + ttl } : held));
    return had;
  }

  delete(key: number): boolean {
    const had = this.#held.some((held) => held.key === key);
    this.#held = this.#held.filter((held) => held.key !== key);
    return had;
  }

  /** All entries in the order of their keys. */
  list(): readonly (readonly [key: number, value: number])[] {
    return this.#held.map(({ key, value }) => [key, value] as const).toSorted(([a], [b]) => a - b);
  }
}
