import { abortable } from "../abort.ts";
import { compareBytes } from "../byte-order.ts";
import type { Steps } from "../continuation.ts";
import type { EncodedKey } from "../entry.ts";
import { MAX_VERSION } from "../limits.ts";
import { checkOptionNames } from "../option-names.ts";
import type { Runtime } from "../runtime.ts";
import { type ChunkSource, chunkSource } from "./chunk-source.ts";
import { damagedStream, type Frame, FRAME_KIND } from "./frame.ts";
import { readEnd, readRows, readTableHead, type StreamCounts, type TableHead, type TransferRow } from "./frame-content.ts";
import { FrameReader } from "./frame-reader.ts";
import { importRows } from "./import-rows.ts";
import { enterOldRows, type ImportTarget, importTarget } from "./import-target.ts";
import type { ImportOptions, ImportResult } from "./transfer.ts";

/** How much one commit writes at most: rows, and bytes of the stream but for a row that is longer by itself. */
const MAX_ROWS = 256;
const MAX_BYTES = 1024 * 1024;

const noBytes = new Uint8Array(0);
const names = ["onConflict", "signal"] as const satisfies readonly (keyof ImportOptions)[];

/** Reads a stream of `exportParts` into a cache; see `Cache.import`. */
export function* importCache(runtime: Runtime, source: unknown, options: ImportOptions = {}): Steps<ImportResult> {
  checkOptionNames("import", options, names);
  const { onConflict = "replace", signal } = options;
  if (onConflict !== "replace" && onConflict !== "skip") throw new TypeError('onConflict must be "replace" or "skip"');
  signal?.throwIfAborted();
  const chunks = chunkSource(source, runtime.isSync);
  const running = new CacheImport(runtime, chunks, onConflict, signal);
  try {
    return yield* running.all();
  } finally {
    running.release();
  }
}

/** An import under way: it holds a frame, and rows for one commit. */
class CacheImport {
  readonly #runtime: Runtime;
  readonly #chunks: ChunkSource;
  readonly #reader: FrameReader;
  readonly #onConflict: "replace" | "skip";
  readonly #signal: AbortSignal | undefined;
  readonly #counts: StreamCounts = { tables: 0, rows: 0 };
  #entries = 0;
  /** The table at hand. */
  #head: TableHead | undefined;
  #target: ImportTarget | undefined;
  #lastKey: EncodedKey = noBytes;
  /** The oldest version among the values of the table's rows. */
  #oldest = MAX_VERSION;
  /** Rows that aren't written yet, and what they count for. */
  #rows: TransferRow[] = [];
  #bytes = 0;
  #isOver = false;

  constructor(runtime: Runtime, chunks: ChunkSource, onConflict: "replace" | "skip", signal: AbortSignal | undefined) {
    this.#runtime = runtime;
    this.#chunks = chunks;
    this.#reader = new FrameReader(() => {
      signal?.throwIfAborted();
      runtime.assertOpen();
      return abortable(chunks.next(), signal);
    });
    this.#onConflict = onConflict;
    this.#signal = signal;
  }

  *all(): Steps<ImportResult> {
    yield* this.#reader.header();
    while (!this.#isOver) {
      const frame = yield* this.#reader.frame();
      if (frame.kind === FRAME_KIND.rows) yield* this.#take(frame);
      else if (frame.kind === FRAME_KIND.table) yield* this.#begin(readTableHead(frame));
      else if (frame.kind === FRAME_KIND.end) yield* this.#end(readEnd(frame));
      else throw damagedStream("holds what no export writes");
    }
    yield* this.#reader.end();
    const { tables, rows } = this.#counts;
    return { tables, entries: this.#entries, skipped: rows - this.#entries };
  }

  /** Lets go of the table at hand, and of a source that isn't at its end. */
  release(): void {
    this.#target?.release();
    this.#target = undefined;
    if (!this.#isOver) this.#chunks.stop();
  }

  *#begin(head: TableHead): Steps<void> {
    yield* this.#finish();
    if (!isAfter(this.#head, head)) throw damagedStream("has its tables out of order");
    this.#target = yield* importTarget(this.#runtime, head);
    this.#head = head;
    this.#lastKey = noBytes;
    this.#oldest = MAX_VERSION;
    this.#counts.tables++;
  }

  *#take(frame: Frame): Steps<void> {
    if (!this.#target) throw damagedStream("has rows without a table");
    // All are looked at before the first is written.
    const rows = [...readRows(frame)];
    for (const { key, valueVersion } of rows) {
      if (compareBytes(this.#lastKey, key) >= 0) throw damagedStream("has its rows out of order");
      this.#lastKey = key;
      if (valueVersion < this.#oldest) this.#oldest = valueVersion;
    }
    this.#counts.rows += rows.length;
    const bytesEach = frame.bytes.length / rows.length;
    for (const row of rows) {
      if (this.#rows.length === MAX_ROWS || (this.#rows.length > 0 && this.#bytes + bytesEach > MAX_BYTES)) yield* this.#flush();
      this.#rows.push(row);
      this.#bytes += bytesEach;
    }
  }

  *#end({ tables, rows }: StreamCounts): Steps<void> {
    yield* this.#finish();
    if (tables !== this.#counts.tables || rows !== this.#counts.rows) throw damagedStream("doesn't hold as much as it says");
    this.#isOver = true;
  }

  /** Writes the last rows of the table at hand. */
  *#finish(): Steps<void> {
    yield* this.#flush();
    const { table } = this.#target ?? {};
    if (table && this.#oldest < table.settings.version) yield* enterOldRows(this.#runtime, table, this.#oldest);
    this.#target?.release();
    this.#target = undefined;
  }

  *#flush(): Steps<void> {
    if (!this.#target || this.#rows.length === 0) return;
    this.#signal?.throwIfAborted();
    const rows = this.#rows;
    this.#rows = [];
    this.#bytes = 0;
    this.#entries += yield* importRows(this.#runtime, this.#target.table, rows, this.#onConflict);
  }
}

/** Whether a table may come after another: the default one first, then by name. */
function isAfter(before: TableHead | undefined, { name }: TableHead): boolean {
  if (!before) return true;
  return name !== null && (before.name === null || before.name < name);
}
