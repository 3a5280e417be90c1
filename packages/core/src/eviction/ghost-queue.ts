/** The hashes of keys that were evicted last, in order, and no more of them than fit. */
export class GhostQueue {
  readonly #size: number;
  /** A hash's last place in the ring. */
  readonly #places = new Map<number, number>();
  readonly #ring: number[] = [];
  #next = 0;

  constructor(size: number) {
    this.#size = Math.max(1, Math.floor(size));
  }

  /** Forgets a hash; returns whether it was there. */
  take(hash: number): boolean {
    return this.#places.delete(hash);
  }

  add(hash: number): void {
    const oldest = this.#ring[this.#next];
    // It may have been added once more since.
    if (oldest !== undefined && this.#places.get(oldest) === this.#next) this.#places.delete(oldest);
    this.#ring[this.#next] = hash;
    this.#places.set(hash, this.#next);
    this.#next = (this.#next + 1) % this.#size;
  }
}
