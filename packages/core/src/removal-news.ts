import type { Emitter, Notice } from "./emitter.ts";
import type { RemovalCause } from "./events.ts";
import type { Store, Watch } from "./store.ts";

/** What one cache says to the others on the same data. */
type Message =
  /** Whether it listens to removals, and whether it asks the others to say so, too. */
  | { readonly type: "listening"; readonly from: number; readonly listens: boolean; readonly asks: boolean }
  | { readonly type: "removed"; readonly removals: readonly Removal[] };

interface Removal extends Pick<Notice, "key" | "removed"> {
  readonly table: number;
  readonly cause: RemovalCause;
}

/** Tells the other caches on the same data what this one removes, if any of them listens, and its listeners what those remove. */
export class RemovalNews {
  /** Tells the caches apart. */
  readonly #id = Math.floor(Math.random() * Number.MAX_SAFE_INTEGER);
  /** Until it is stopped. */
  #watch: Watch | undefined;
  readonly #emitterOf: (table: number) => Emitter | undefined;
  /** The others that listen. */
  readonly #hearers = new Set<number>();
  #listeners = 0;
  #waiting: Removal[] = [];

  /** For an open store, which may have no way to others. */
  constructor(store: Store, emitterOf: (table: number) => Emitter | undefined) {
    this.#emitterOf = emitterOf;
    // Nobody else speaks there, but maybe another release.
    this.#watch = store.watch?.((message) => this.#hear(message as Message));
    this.#sayListening(true);
  }

  /** Whether any other cache listens. */
  get isHeard(): boolean {
    return this.#hearers.size > 0;
  }

  /** Takes note that there is a listener more here, or one less. */
  changeListeners(change: 1 | -1): void {
    this.#listeners += change;
    if (this.#listeners === 0 || (this.#listeners === 1 && change === 1)) this.#sayListening(false);
  }

  /** Tells the others of a removal, with all those of the same commit. */
  tell(table: number, cause: RemovalCause, { key, removed }: Notice): void {
    if (!this.isHeard) return;
    if (this.#waiting.length === 0) queueMicrotask(() => this.#flush());
    // Keys may lie in larger pieces of memory, and the whole piece would be sent.
    this.#waiting.push({ table, cause, ...(key && { key: key.slice() }), ...(removed && { removed: removed.slice() }) });
  }

  /** Says what is left to say, and falls silent. */
  stop(): void {
    this.#flush();
    this.#listeners = 0;
    this.#sayListening(false);
    this.#hearers.clear();
    this.#watch?.stop();
    this.#watch = undefined;
  }

  #flush(): void {
    if (this.#waiting.length > 0) this.#say({ type: "removed", removals: this.#waiting });
    this.#waiting = [];
  }

  #sayListening(asks: boolean): void {
    this.#say({ type: "listening", from: this.#id, listens: this.#listeners > 0, asks });
  }

  #say(message: Message): void {
    this.#watch?.say(message);
  }

  #hear(message: Message): void {
    if (message.type === "listening") {
      const { from, listens, asks } = message;
      if (listens) this.#hearers.add(from);
      else this.#hearers.delete(from);
      if (asks && this.#listeners > 0) this.#sayListening(false);
    }
    if (message.type === "removed")
      for (const { table, cause, ...of } of message.removals) this.#emitterOf(table)?.removedElsewhere(cause, of);
  }
}
