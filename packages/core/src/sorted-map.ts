/** The most keys in one run before it is split in two. */
const RUN_LENGTH = 512;

/**
 * A map that keeps its keys sorted by code unit: a hash map for look-ups beside the keys in short sorted runs. An insertion moves at most a
 * run of keys, which for millions of entries is quicker in JavaScript than a tree of nodes.
 */
export class SortedMap<V> {
  readonly #values = new Map<string, V>();
  /** Non-empty runs; the last key of each is below the first of the next. */
  readonly #runs: string[][] = [];

  get size(): number {
    return this.#values.size;
  }

  get(key: string): V | undefined {
    return this.#values.get(key);
  }

  set(key: string, value: V): void {
    const known = this.#values.has(key);
    this.#values.set(key, value);
    if (known) return;
    const at = Math.max(0, this.#runOf(key));
    const run = this.#runs[at];
    if (!run) {
      this.#runs.push([key]);
      return;
    }
    run.splice(lowerBound(run, key), 0, key);
    if (run.length > RUN_LENGTH) this.#runs.splice(at + 1, 0, run.splice(RUN_LENGTH / 2));
  }

  delete(key: string): boolean {
    if (!this.#values.delete(key)) return false;
    const at = this.#runOf(key);
    const run = this.#runs[at];
    if (run) {
      run.splice(lowerBound(run, key), 1);
      if (run.length === 0) this.#runs.splice(at, 1);
    }
    return true;
  }

  clear(): void {
    this.#values.clear();
    this.#runs.length = 0;
  }

  /** Keys from `from` upwards, itself included; from the least without it. The map must not change meanwhile. */
  *ascending(from = ""): Generator<string, undefined> {
    const first = Math.max(0, this.#runOf(from));
    for (let at = first; at < this.#runs.length; at++) {
      const run = this.#runs[at] ?? [];
      for (let index = at === first ? lowerBound(run, from) : 0; index < run.length; index++) yield run[index] ?? "";
    }
    return undefined;
  }

  /** Keys from `from` downwards, itself included; from the greatest without it. The map must not change meanwhile. */
  *descending(from?: string): Generator<string, undefined> {
    const last = from === undefined ? this.#runs.length - 1 : this.#runOf(from);
    for (let at = last; at >= 0; at--) {
      const run = this.#runs[at] ?? [];
      let index = run.length - 1;
      if (at === last && from !== undefined) {
        index = lowerBound(run, from);
        if (run[index] !== from) index--;
      }
      for (; index >= 0; index--) yield run[index] ?? "";
    }
    return undefined;
  }

  /** The last run that begins at or below a key; −1 when all begin above it. */
  #runOf(key: string): number {
    let low = 0;
    let high = this.#runs.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#runs[middle]?.[0] ?? "") <= key) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

/** The position of the first key at or above `key`. */
function lowerBound(run: readonly string[], key: string): number {
  let low = 0;
  let high = run.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((run[middle] ?? "") < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
