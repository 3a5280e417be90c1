/** Numbers of which the greatest is at hand: a binary heap. */
export class MaxHeap {
  readonly #numbers: number[] = [];

  push(number: number): void {
    const numbers = this.#numbers;
    let at = numbers.length;
    while (at > 0) {
      const above = (at - 1) >>> 1;
      const parent = numbers[above] ?? 0;
      if (parent >= number) break;
      numbers[at] = parent;
      at = above;
    }
    numbers[at] = number;
  }

  /** Takes out the greatest number; `undefined` when there is none. */
  pop(): number | undefined {
    const numbers = this.#numbers;
    const greatest = numbers[0];
    const last = numbers.pop();
    if (last === undefined || numbers.length === 0) return greatest;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= numbers.length) break;
      if ((numbers[below + 1] ?? -Infinity) > (numbers[below] ?? 0)) below++;
      const child = numbers[below] ?? 0;
      if (child <= last) break;
      numbers[at] = child;
      at = below;
    }
    numbers[at] = last;
    return greatest;
  }
}
