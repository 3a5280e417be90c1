import { andThen, run, step, type Steps } from "../continuation.ts";
import { CacheError, isCacheError } from "../errors.ts";
import { checkOptionNames } from "../option-names.ts";
import type { Parts } from "../part-iterator.ts";
import { absent, readRows } from "../row-reader.ts";
import type { Runtime } from "../runtime.ts";
import type { MaybePromise, PageRow } from "../store.ts";
import { DEFAULT_TABLE } from "../table-id.ts";
import { decodeTags } from "../tag.ts";
import type { CatalogTable } from "../table/catalog.ts";
import { ValueCodec, valueLifetime, valueVersion } from "../value-codec.ts";
import { FRAME_KIND } from "./frame.ts";
import { type StreamCounts, type TableHead, type TransferRow, writeEnd, writeRow, writeTableHead } from "./frame-content.ts";
import { FrameWriter } from "./frame-writer.ts";
import type { ExportOptions } from "./transfer.ts";

const names = ["tables", "versions", "signal"] as const satisfies readonly (keyof ExportOptions)[];
const noBytes = new Uint8Array(0);

/** The chunks of an export; see `Cache.export`. */
export function exportParts(runtime: Runtime, options: ExportOptions = {}): Parts<Uint8Array> {
  checkOptionNames("export", options, names);
  const running = new CacheExport(runtime, options);
  return () => run(running.next());
}

/** A table to export. */
interface ExportTable {
  readonly id: number;
  readonly head: TableHead;
}

/** An export under way: it holds a page of rows and what of them isn't fetched yet. */
class CacheExport {
  readonly #runtime: Runtime;
  readonly #options: ExportOptions;
  readonly #writer = new FrameWriter();
  readonly #counts: StreamCounts = { tables: 0, rows: 0 };
  /** Those that are still to come. */
  #tables: ExportTable[] | undefined;
  /** The rows of the table at hand. */
  #pages: Parts<TransferRow> | undefined;
  #isOver = false;

  constructor(runtime: Runtime, options: ExportOptions) {
    this.#runtime = runtime;
    this.#options = options;
  }

  /** The next chunks; `undefined` at the end. */
  *next(): Steps<readonly Uint8Array[] | undefined> {
    this.#runtime.assertOpen();
    this.#tables ??= yield* tablesOf(this.#runtime, this.#options.tables);
    while (!this.#isOver) {
      this.#options.signal?.throwIfAborted();
      if (this.#pages) yield* this.#page(this.#pages);
      else this.#begin(this.#tables.shift());
      const chunks = this.#isOver ? this.#writer.rest() : this.#writer.chunks();
      if (chunks.length > 0) return chunks;
    }
    return undefined;
  }

  #begin(table: ExportTable | undefined): void {
    if (!table) {
      writeEnd(this.#writer.begin(FRAME_KIND.end), this.#counts);
      this.#writer.end();
      this.#isOver = true;
      return;
    }
    this.#counts.tables++;
    writeTableHead(this.#writer.begin(FRAME_KIND.table), table.head);
    this.#writer.end();
    this.#pages = this.#rowsOf(table);
  }

  /** Writes a page of rows. Frames don't end with pages, which stores cut as they like. */
  *#page(pages: Parts<TransferRow>): Steps<void> {
    const rows = yield* step(pages());
    for (const row of rows ?? []) {
      this.#counts.rows++;
      writeRow(this.#writer.rows(), row);
      this.#writer.endIfFull();
    }
    if (rows) return;
    this.#writer.end();
    this.#pages = undefined;
  }

  #rowsOf({ id, head }: ExportTable): Parts<TransferRow> {
    const runtime = this.#runtime;
    const { signal, versions = true } = this.#options;
    const codec = runtime.tables.find((table) => table.id === id)?.codec ?? new ValueCodec(runtime.store, id);
    const item = ({ key, stored }: PageRow): MaybePromise<TransferRow | typeof absent> => {
      if (!stored) return absent;
      const { expiresAt } = stored;
      const tags = decodeTags(stored.entries);
      const version = versions ? stored.version : undefined;
      const ofShape = valueVersion(stored.value);
      const lifetime = valueLifetime(stored.value);
      try {
        const row = andThen(codec.decode(stored.value), (value): TransferRow => {
          // Were it exported, no import would take it.
          if (ofShape > head.version) throw migrating(head);
          return { key, value, valueVersion: ofShape, expiresAt, lifetime, version, tags };
        });
        return row instanceof Promise ? row.catch((error: unknown) => damaged(runtime, id, key, error)) : row;
      } catch (error) {
        return damaged(runtime, id, key, error);
      }
    };
    return readRows(runtime, { signal }, { table: id, namespace: noBytes, keysOnly: false, item });
  }
}

/** The tables to export: the default table, then the others by name. Throws a `TypeError` for one that there isn't. */
function* tablesOf({ catalog }: Runtime, wanted: ExportOptions["tables"]): Steps<ExportTable[]> {
  yield* step(catalog.refresh());
  const all: ExportTable[] = [{ id: DEFAULT_TABLE, head: { name: null, version: 1, oldest: 1, key: "null", indexes: [] } }];
  for (const table of catalog.tables.toSorted((a, b) => (a.name < b.name ? -1 : 1))) all.push({ id: table.id, head: headOf(table) });
  for (const name of wanted ?? [])
    if (!all.some(({ head }) => head.name === name)) throw new TypeError(`the store has no table ${JSON.stringify(name)} to export`);
  return wanted ? all.filter(({ head }) => wanted.includes(head.name)) : all;
}

function headOf({ name, version, oldest, key, indexes }: CatalogTable): TableHead {
  return {
    name,
    version,
    oldest,
    key,
    // Their numbers and states are the store's own.
    indexes: indexes.map((index) => ({ name: index.name, definition: index.definition })).toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

function migrating({ name }: TableHead): CacheError {
  return new CacheError("CACHE_VERSION", `table "${name}" is being migrated to another version; export it when that is done`);
}

/** Leaves a damaged value out, if the cache was opened so. */
function damaged({ defaultTable, settings, tables }: Runtime, id: number, key: Uint8Array, error: unknown): typeof absent {
  if (settings.defaultTable.onCorrupt === "throw" || !isCacheError(error, "CACHE_CORRUPT")) throw error;
  const table = tables.find((one) => one.id === id);
  // A table that isn't open has no listeners of its own.
  if (table) table.emitter.emit("error", { key, error });
  else defaultTable.emitter.emit("error", { error });
  return absent;
}
