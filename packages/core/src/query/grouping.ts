import { compareBytes } from "../byte-order.ts";
import { andThen, run, step, type Steps } from "../continuation.ts";
import type { KeyPart } from "../key.ts";
import { encodeEntry } from "../key-encoder.ts";
import type { Parts } from "../part-iterator.ts";
import { Aggregates } from "./aggregate.ts";
import { planFor, type QueryScope } from "./find.ts";
import { type GroupForm, GroupKeys, preferredIndex } from "./group-keys.ts";
import type { Aggregate } from "./query.ts";
import { RowFinder } from "./row-finder.ts";

/** A group as it is given: what its rows have in common, and the aggregates by name. */
type GivenGroup = [key: KeyPart, results: Readonly<Record<string, unknown>>];

/** A group whose rows are being read. */
interface OpenGroup {
  readonly key: KeyPart;
  readonly bytes: Uint8Array;
  readonly aggregates: Aggregates;
}

/** The groups of the rows that a query gives, part by part. */
export function groupParts(query: QueryScope, form: GroupForm): Parts<GivenGroup> {
  let next: Parts<GivenGroup> | undefined;
  return () => {
    if (next) return next();
    return andThen(run(planFor(query, preferredIndex(query, form))), (plan) => {
      const keys = new GroupKeys(query.state, form, plan);
      const finder = new RowFinder(query.rows, query.table, query.state, plan, { ...keys.wanted, toEnd: true });
      const reader = new GroupReader(finder, keys, form.aggregates, query.state.reverse);
      next = () => run(reader.next());
      return next();
    });
  };
}

class GroupReader {
  readonly #finder: RowFinder;
  readonly #keys: GroupKeys;
  readonly #aggregates: Readonly<Record<string, Aggregate<unknown>>>;
  readonly #reverse: boolean;
  #last: OpenGroup | undefined;
  #isDone = false;

  constructor(finder: RowFinder, keys: GroupKeys, aggregates: Readonly<Record<string, Aggregate<unknown>>>, reverse: boolean) {
    this.#finder = finder;
    this.#keys = keys;
    this.#aggregates = aggregates;
    this.#reverse = reverse;
  }

  *next(): Steps<readonly GivenGroup[] | undefined> {
    if (this.#isDone) return undefined;
    return this.#keys.isOrdered ? yield* this.#nextOrdered() : yield* this.#all();
  }

  /** The groups that the next rows complete. */
  *#nextOrdered(): Steps<readonly GivenGroup[]> {
    const complete: OpenGroup[] = [];
    const found = yield* step(this.#finder.next());
    for (const row of found ?? [])
      for (const key of this.#keys.of(row)) {
        const bytes = encodeEntry([key], true);
        if (!this.#last || compareBytes(this.#last.bytes, bytes) !== 0) {
          if (this.#last) complete.push(this.#last);
          this.#last = { key, bytes, aggregates: new Aggregates(this.#aggregates) };
        }
        this.#last.aggregates.add(this.#keys.reader(row));
      }
    this.#isDone = !found;
    if (this.#isDone && this.#last) complete.push(this.#last);
    return complete.map(given);
  }

  /** All groups, in the order of their keys. */
  *#all(): Steps<readonly GivenGroup[]> {
    const groups = new Map<string, OpenGroup>();
    for (let found = yield* step(this.#finder.next()); found; found = yield* step(this.#finder.next()))
      for (const row of found)
        for (const key of this.#keys.of(row)) {
          const bytes = encodeEntry([key], true);
          const name = bytes.join();
          const group = groups.get(name) ?? { key, bytes, aggregates: new Aggregates(this.#aggregates) };
          groups.set(name, group);
          group.aggregates.add(this.#keys.reader(row));
        }
    this.#isDone = true;
    const side = this.#reverse ? -1 : 1;
    return [...groups.values()].toSorted((a, b) => compareBytes(a.bytes, b.bytes) * side).map(given);
  }
}

function given({ key, aggregates }: OpenGroup): GivenGroup {
  return [key, aggregates.results];
}
