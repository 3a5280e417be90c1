import type { Usage } from "@cache/core/spi";
import { TABLES_PER_BLOCK, type TallyBlock, TOKENS_KEPT } from "./layout.ts";
import { results } from "./requests.ts";

/** How full a table is, while a commit changes it. */
export interface Tally {
  entries: number;
  bytes: number;
  version: number;
  /** The moment from which on no row with unclaimed entries is live, in epoch milliseconds; `Infinity` when such a row stays. */
  unclaimedUntil: number;
}

const empty: TallyBlock = { commits: 0, tokens: [], tallies: [] };

/** Numbers of a tally in its block: the table's id and those of {@link Tally}. */
const NUMBERS = 5;

function blockOf(table: number): number {
  return Math.floor(table / TABLES_PER_BLOCK);
}

/** The count of commits and the usage of tables, as a commit finds and leaves them. */
export class Tallies {
  readonly #meta: IDBObjectStore;
  readonly #blocks = new Map<number, TallyBlock>();
  readonly #tallies = new Map<number, Tally>();

  private constructor(meta: IDBObjectStore) {
    this.#meta = meta;
  }

  /** Reads what concerns some tables. */
  static async load(meta: IDBObjectStore, tables: Iterable<number>): Promise<Tallies> {
    const tallies = new Tallies(meta);
    const numbers = new Set([0]);
    for (const table of tables) numbers.add(blockOf(table));
    const records = await results<unknown>(Array.from(numbers, (number) => meta.get(number)));
    for (const [at, number] of [...numbers].entries()) {
      // Only commits write here; the format's version says what.
      const block = (records[at] ?? empty) as TallyBlock;
      tallies.#blocks.set(number, block);
      for (let place = 0; place < block.tallies.length; place += NUMBERS) {
        const [table = 0, entries = 0, bytes = 0, version = 0, unclaimedUntil = 0] = block.tallies.slice(place, place + NUMBERS);
        tallies.#tallies.set(table, { entries, bytes, version, unclaimedUntil });
      }
    }
    return tallies;
  }

  /** How many commits there were. */
  get commits(): number {
    return this.#first.commits;
  }

  /** Whether a commit that called itself so is among the last ones. */
  remembers(token: number): boolean {
    return this.#first.tokens.includes(token);
  }

  /** What the last commit called itself; `undefined` when there was none. */
  get lastToken(): number | undefined {
    return this.#first.tokens[0];
  }

  /** The tally of a table whose block was loaded. What changes it is written by `save`. */
  of(table: number): Tally {
    let tally = this.#tallies.get(table);
    if (!tally) this.#tallies.set(table, (tally = { entries: 0, bytes: 0, version: 0, unclaimedUntil: 0 }));
    return tally;
  }

  /** Writes all tallies, and counts a commit; at least so many will have been counted then. */
  save(token: number, least = 0): void {
    const lists = new Map<number, number[]>(Array.from(this.#blocks.keys(), (number) => [number, []]));
    for (const [table, { entries, bytes, version, unclaimedUntil }] of this.#tallies)
      if (version > 0) lists.get(blockOf(table))?.push(table, entries, bytes, version, entries === 0 ? 0 : unclaimedUntil);
    for (const [number, tallies] of lists) {
      const block: TallyBlock =
        number === 0
          ? { commits: Math.max(this.commits + 1, least), tokens: [token, ...this.#first.tokens.slice(0, TOKENS_KEPT - 1)], tallies }
          : { ...empty, tallies };
      this.#meta.put(block, number);
    }
  }

  get #first(): TallyBlock {
    return this.#blocks.get(0) ?? empty;
  }
}

/** The usage of a table. */
export async function readUsage(meta: IDBObjectStore, table: number): Promise<Usage> {
  const { entries, bytes, version } = (await Tallies.load(meta, [table])).of(table);
  return { entries, bytes, version };
}
