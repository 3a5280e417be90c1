import { bytesText, countText, remainingText } from "./human-units.ts";
import type { Display, Work } from "./meter.ts";

/** A terminal to draw on. */
export interface Terminal {
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

/** How often the bar is drawn at most, in milliseconds. */
const REDRAW_MS = 100;

/** After how long a rate says something, in milliseconds. */
const SETTLING_MS = 400;

/** What an entry takes besides its content, in bytes that could be hashed in that time. */
const ENTRY_BYTES = 64 * 1024;

const BAR_COLUMNS = 24;

/** One line on a terminal that shows how far a piece of work is, how fast it goes and how long it will still take. */
export class ProgressBar implements Display {
  readonly #terminal: Terminal;
  readonly #label: string;
  /** Absent while the amount of work is not known: then there is neither a bar nor an estimate. */
  readonly #total: Work | undefined;
  readonly #now: () => number;
  readonly #startedAt: number;
  #drawnAt = Number.NEGATIVE_INFINITY;
  #entries = 0;
  #bytesRead = 0;
  #bytesDone = 0;

  /** Times are in milliseconds. */
  constructor(terminal: Terminal, label: string, total: Work | undefined, now: () => number) {
    this.#terminal = terminal;
    this.#label = label;
    this.#total = total;
    this.#now = now;
    this.#startedAt = now();
  }

  read(bytes: number): void {
    this.#bytesRead += bytes;
    this.#bytesDone += bytes;
    this.#draw();
  }

  entry(unreadBytes: number): void {
    this.#entries++;
    this.#bytesDone += unreadBytes;
    this.#draw();
  }

  /** Takes the line away. */
  clear(): void {
    this.#terminal.write("\r\u001B[K");
  }

  #draw(): void {
    const now = this.#now();
    if (now - this.#drawnAt < REDRAW_MS) return;
    this.#drawnAt = now;
    // One column stays free: a full line would make some terminals go on to the next.
    const columns = (this.#terminal.columns ?? 80) - 1;
    this.#terminal.write(`\r${this.#line(now - this.#startedAt).slice(0, columns)}\u001B[K`);
  }

  #line(elapsed: number): string {
    const settled = elapsed >= SETTLING_MS;
    const rates = settled ? [`${countText((this.#entries * 1000) / elapsed)}/s`] : [];
    if (!this.#total) return [this.#label, `${countText(this.#entries)} found`, ...rates].join("  ");
    if (settled && this.#bytesRead > 0) rates.push(`${bytesText((this.#bytesRead * 1000) / elapsed)}/s`);
    const share = this.#share(this.#total);
    const left = settled && share > 0 ? [`${remainingText((elapsed * (1 - share)) / share)} left`] : [];
    const filled = Math.round(share * BAR_COLUMNS);
    return [
      this.#label,
      "█".repeat(filled) + "░".repeat(BAR_COLUMNS - filled),
      `${Math.floor(share * 100)} %`.padStart(5),
      `${countText(this.#entries)} of ${countText(this.#total.entries)}`,
      ...rates,
      ...left,
    ].join("  ");
  }

  /** How much of the work is done, 0 to 1: a little less while more turns up than was counted. */
  #share({ entries, bytes }: Work): number {
    const done = this.#entries * ENTRY_BYTES + this.#bytesDone;
    return Math.min(1, done / Math.max(1, entries * ENTRY_BYTES + bytes));
  }
}
