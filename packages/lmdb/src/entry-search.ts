import { firstInOrder, type FoundRow, KeptCopies, ORDER_INDEX } from "@cache/core/spi";
import type { Engine } from "./engine.ts";
import { EngineKey } from "./engine-key.ts";
import { equalBytes } from "./equal-bytes.ts";
import { INDEX_PREFIX_BYTES, KIND, readShort } from "./layout.ts";
import { LineCursor } from "./line-cursor.ts";
import { readPage } from "./page.ts";
import { RowViews } from "./row-views.ts";
import { StoredRow } from "./stored-row.ts";

const line = new EngineKey();
const rowKey = new EngineKey();
const keys = new KeptCopies();
const views = new RowViews();

/** Finds rows by an index entry. */
export class EntrySearch {
  readonly #engine: Engine;
  readonly #cursor: LineCursor;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#cursor = new LineCursor(engine);
  }

  /** The first row with an entry. It is valid until the engine's next call. */
  first(table: number, index: number, entry: Uint8Array): FoundRow | undefined {
    if (index === ORDER_INDEX) return firstInOrder((query) => readPage(this.#engine, table, query), entry);
    const found = this.#cursor.from(line.line(table, index, entry));
    if (!found) return undefined;
    const { bytes, start, end } = found;
    const entryStart = start + INDEX_PREFIX_BYTES;
    const keyStart = entryStart + entry.length;
    const isOfEntry = keyStart <= end && isOf(bytes, start, table, index) && equalBytes(bytes, entryStart, keyStart, entry);
    if (!isOfEntry) return undefined;
    const key = keys.of(bytes, keyStart, end);
    const row = this.#engine.getBinaryFast(rowKey.row(table, key));
    return row && { key, stored: new StoredRow(row, views.view) };
  }
}

/** Whether a key is that of a line of an index. */
function isOf(bytes: Uint8Array, start: number, table: number, index: number): boolean {
  return bytes[start] === KIND.index && readShort(bytes, start + 1) === table && readShort(bytes, start + 3) === index;
}
