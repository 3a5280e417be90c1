import { CacheError } from "../errors.ts";
import type { AnyTableOptions, MigrationStep } from "../table/table-definition.ts";

/** How the values of a table come from one version to another. */
export class Migration {
  readonly #table: string;
  readonly #option: NonNullable<AnyTableOptions["migrate"]>;

  constructor(table: string, option: NonNullable<AnyTableOptions["migrate"]>) {
    this.#table = table;
    this.#option = option;
  }

  /** A value of one version as one of another, or `undefined` if it is dropped. Throws `CACHE_VERSION` where there is no way. */
  bring(value: unknown, from: number, to: number): unknown {
    const option = this.#option;
    if (typeof option === "function") {
      if (from > to) throw this.#noWay(from, to);
      return option(value, from);
    }
    let current = value;
    if (from < to) for (let version = from + 1; version <= to && current !== undefined; version++) current = up(option[version], current);
    else
      for (let version = from; version > to && current !== undefined; version--) {
        const step = option[version];
        // A version without a step changed nothing in the values.
        if (step && !step.down) throw this.#noWay(version, version - 1);
        if (step?.down) current = step.down(current);
      }
    return current;
  }

  /** Throws `CACHE_VERSION` when a value can't be brought from one version down to another. */
  assertDown(from: number, to: number): void {
    const option = this.#option;
    if (typeof option === "function") throw this.#noWay(from, to);
    for (let version = from; version > to; version--) {
      const step = option[version];
      if (step && !step.down) throw this.#noWay(version, version - 1);
    }
  }

  #noWay(from: number, to: number): CacheError {
    return new CacheError("CACHE_VERSION", `table "${this.#table}" has no "down" step from version ${from} to ${to}`);
  }
}

function up(step: MigrationStep | undefined, value: unknown): unknown {
  return step ? step.up(value) : value;
}
