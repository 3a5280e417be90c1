import { nameOf } from "../batching.ts";
import type { EncodedKey } from "../entry.ts";
import { CacheError } from "../errors.ts";
import type { Check } from "../operation.ts";

type VersionCheck = Check & { readonly type: "version" };

/** What a transaction has read: what must still be so when it commits. */
export class ReadSet {
  readonly #rows = new Map<string, VersionCheck>();
  /** Of tables of which more than single rows were read, the version they then had. */
  readonly #tables = new Map<number, number>();
  #before = Number.POSITIVE_INFINITY;
  /** Whether others are known to have changed something of it. */
  isStale = false;

  /** From this moment on something that was seen has expired. Single rows aren't counted in: their checks fail by themselves. */
  get before(): number | undefined {
    return this.#before === Number.POSITIVE_INFINITY ? undefined : this.#before;
  }

  /** What compares it with the store. */
  get checks(): readonly Check[] {
    const tables = Array.from(this.#tables, ([table, version]): Check => ({ type: "table", table, version }));
    return [...tables, ...this.#rows.values()];
  }

  /** Notes a row: its version, `undefined` for one that is absent or expired. Throws `CACHE_CONFLICT` when it isn't as it was. */
  row(table: number, key: EncodedKey, version: number | undefined): void {
    const name = nameOf(table, key);
    const known = this.#rows.get(name);
    if (known ? known.version !== version : (version ?? 0) > (this.#tables.get(table) ?? Number.POSITIVE_INFINITY)) this.outdated();
    if (!known) this.#rows.set(name, { type: "version", table, key, version });
  }

  /** Notes that the deadline of a row that was noted counts, too. */
  deadline(table: number, key: EncodedKey, expiresAt: number): void {
    const name = nameOf(table, key);
    const known = this.#rows.get(name);
    if (known?.version !== undefined) this.#rows.set(name, { ...known, expiresAt });
  }

  /** Notes a table. Throws `CACHE_CONFLICT` when it isn't as it was. */
  table(table: number, version: number): void {
    const known = this.#tables.get(table);
    if (known === undefined) this.#tables.set(table, version);
    else if (version !== known) this.outdated();
  }

  /** Notes that something with a deadline was seen. */
  until(expiresAt: number): void {
    if (expiresAt < this.#before) this.#before = expiresAt;
  }

  /** Throws `CACHE_CONFLICT`: the transaction can't commit any more. */
  outdated(): never {
    this.isStale = true;
    throw new CacheError("CACHE_CONFLICT", "others changed what the transaction has read; it begins anew");
  }
}
