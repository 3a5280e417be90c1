import { Packr, RESERVE_START_SPACE } from "msgpackr";
import { andThen } from "./continuation.ts";
import { checksum } from "./checksum.ts";
import type { EncodedKey } from "./entry.ts";
import { CacheError, isCacheError } from "./errors.ts";
import { encodeKey } from "./key-encoder.ts";
import type { SetOperation } from "./operation.ts";
import { RecordStructures, type Structure } from "./record-structures.ts";
import type { MaybePromise, Store } from "./store.ts";
import { setSystemRow, systemRowIs } from "./system-row.ts";
import { SYSTEM_TABLE } from "./table-id.ts";
import type { Premise } from "./unit.ts";

/*
 * The value format, version 1:
 *
 *   4 bytes  XXH32 of all that follows, least byte first
 *   1 byte   format: 1, plus 16 when a version follows, plus 32 when a lifetime does
 *   1 byte   how many of the table's record structures the payload may rely on
 *   2 bytes  the version of the value's shape, least byte first; left out for version 1
 *   6 bytes  for how many milliseconds each read of the row makes it live on, least byte first; left out where reads don't
 *   …        the value as MessagePack with msgpackr's record extension
 *
 * The structures of a table are a row of the system table, in the same format and without structures of its own: a list of lists of field
 * names. It only grows, and every writer that adds to it checks that it is as it last saw it; whoever loses packs its rows anew. So a
 * structure's number means the same to all processes, and a row whose count is greater than what a reader knows tells it to look again.
 */
const FORMAT = 1;
const HAS_VERSION = 0x10;
const HAS_LIFETIME = 0x20;
const HEADER_BYTES = 6;
const VERSION_BYTES = 2;
const LIFETIME_BYTES = 6;

/** A `set` whose value can be packed anew when the structures it was packed with turn out to be another's. */
export interface ValueOperation extends SetOperation {
  value: Uint8Array;
  /** What packed the value, and with which structures. */
  readonly codec: ValueCodec;
  readonly structures: RecordStructures;
}

const plain = new Packr({ useRecords: false });
const bounds = { start: HEADER_BYTES, end: 0 };

/** How long a sealed value's header is. */
function headerBytes(format: number): number {
  return lifetimeAt(format) + ((format & HAS_LIFETIME) === 0 ? 0 : LIFETIME_BYTES);
}

/** Where a sealed value's lifetime is, if it has one. */
function lifetimeAt(format: number): number {
  return (format & HAS_VERSION) === 0 ? HEADER_BYTES : HEADER_BYTES + VERSION_BYTES;
}

/** The version of a stored value's shape. */
export function valueVersion(bytes: Uint8Array): number {
  return ((bytes[4] ?? 0) & HAS_VERSION) === 0 ? 1 : (bytes[6] ?? 0) | ((bytes[7] ?? 0) << 8);
}

/** For how many milliseconds each read of a stored value's row makes it live on; 0 when reads don't. */
export function valueLifetime(bytes: Uint8Array): number {
  const format = bytes[4] ?? 0;
  if ((format & HAS_LIFETIME) === 0) return 0;
  const at = lifetimeAt(format);
  let lifetime = 0;
  for (let byte = at + LIFETIME_BYTES - 1; byte >= at; byte--) lifetime = lifetime * 256 + (bytes[byte] ?? 0);
  return lifetime;
}

/** Bytes with the view that msgpackr makes of what it unpacks, and keeps there for the next time. */
interface ViewedBytes extends Uint8Array {
  dataView?: DataView;
  /** What they were packed with, if that isn't saved yet: a transaction reads its own rows before they are. */
  structures?: RecordStructures;
}

let packView: DataView = new DataView(new ArrayBuffer(0));

/** A view of the memory that the packer writes one value after the other into. */
function packedView({ buffer }: Uint8Array): DataView {
  if (packView.buffer !== buffer) packView = new DataView(buffer);
  return packView;
}

function formatOf(version: number, lifetime: number): number {
  return FORMAT | (version === 1 ? 0 : HAS_VERSION) | (lifetime === 0 ? 0 : HAS_LIFETIME);
}

/** Writes the envelope into the room that was left for it. */
function seal(packed: Uint8Array, structureCount: number, version: number, lifetime = 0): Uint8Array {
  const format = formatOf(version, lifetime);
  packed[4] = format;
  packed[5] = structureCount;
  if (version !== 1) {
    packed[6] = version & 0xff;
    packed[7] = version >> 8;
  }
  const view = packedView(packed);
  const start = packed.byteOffset;
  if (lifetime !== 0) {
    const at = start + lifetimeAt(format);
    view.setUint32(at, lifetime % 2 ** 32, true);
    view.setUint16(at + 4, Math.floor(lifetime / 2 ** 32), true);
  }
  view.setUint32(start, checksum(view, start + 4, start + packed.length), true);
  return packed;
}

/** Checks a sealed value; returns how many structures it relies on. */
function unseal(bytes: ViewedBytes): number {
  const { length } = bytes;
  if (length < HEADER_BYTES) throw damaged();
  const view = (bytes.dataView ??= new DataView(bytes.buffer, bytes.byteOffset, length));
  if (view.getUint32(0, true) !== checksum(view, 4, length)) throw damaged();
  const format = view.getUint8(4);
  if ((format & ~(HAS_VERSION | HAS_LIFETIME)) !== FORMAT)
    throw new CacheError("CACHE_VERSION", `a value has format ${format}, but this release knows ${FORMAT}; update @cache/core`);
  return view.getUint8(5);
}

function damaged(): CacheError {
  return new CacheError("CACHE_CORRUPT", 'a stored value is damaged; delete the entry, or open the cache with onCorrupt: "miss"');
}

function unpack(packr: Packr, bytes: Uint8Array): unknown {
  bounds.start = headerBytes(bytes[4] ?? 0);
  bounds.end = bytes.length;
  try {
    return packr.unpack(bytes, bounds);
  } catch {
    // The packer's own message may quote the value.
    throw damaged();
  }
}

/** Turns the values of one table into bytes and back. */
export class ValueCodec {
  readonly #store: Store;
  readonly #key: EncodedKey;
  readonly #version: number;
  #structures: RecordStructures = new RecordStructures([], undefined);

  /** For values of a table; `version` is that of the shape of what is encoded. */
  constructor(store: Store, table: number, version = 1) {
    this.#store = store;
    this.#key = structuresKey(table);
    this.#version = version;
  }

  /** What values are packed with now. */
  get structures(): RecordStructures {
    return this.#structures;
  }

  /**
   * Packs a value of the table's version, or another, with the milliseconds for which reads make its row live on, if they do. Throws
   * `CACHE_UNSUPPORTED` for what can't be stored.
   */
  encode(value: unknown, version: number = this.#version, lifetime = 0): Uint8Array {
    const { packr } = this.#structures;
    let packed: Uint8Array;
    try {
      packed = packr.pack(value, RESERVE_START_SPACE | headerBytes(formatOf(version, lifetime)));
    } catch (error) {
      if (isCacheError(error)) throw error;
      throw new CacheError("CACHE_UNSUPPORTED", "a value of this kind can't be stored in a cache", { cause: error });
    }
    const { count, savedCount } = this.#structures;
    const sealed: ViewedBytes = seal(packed, count, version, lifetime);
    if (count > savedCount) sealed.structures = this.#structures;
    return sealed;
  }

  /** Whether a value is of the codec's version, and unpacked without a look into the store. */
  isReady(bytes: Uint8Array): boolean {
    return (bytes[5] ?? 0) <= this.#structures.savedCount && valueVersion(bytes) === this.#version;
  }

  /** Unpacks a value. Looks for new structures in the store if the value needs them. */
  decode(bytes: ViewedBytes): MaybePromise<unknown> {
    const count = unseal(bytes);
    if (bytes.structures) return unpack(bytes.structures.packr, bytes);
    if (count <= this.#structures.savedCount) return unpack(this.#structures.packr, bytes);
    // The store may reuse the bytes meanwhile.
    const owned = bytes.slice();
    return andThen(this.load(), () => {
      if (count > this.#structures.savedCount) throw damaged();
      return unpack(this.#structures.packr, owned);
    });
  }

  /** Reads the table's structures from the store. Own ones that aren't saved yet are forgotten; `refresh` mends what was packed with them. */
  load(): MaybePromise<void> {
    return andThen(this.#store.get(SYSTEM_TABLE, this.#key), (stored) => {
      if (!stored) {
        if (this.#structures.savedCount > 0) this.#structures = new RecordStructures([], undefined);
        return;
      }
      // Sealed by `save` below, and the checksum holds.
      const list = unsealPlain(stored.value) as readonly Structure[];
      this.#structures = new RecordStructures(list, stored.version);
    });
  }

  /** Packs an operation's value anew if it relies on structures that were never saved. */
  refresh(operation: ValueOperation): ValueOperation {
    const { structures, value } = operation;
    if (structures === this.#structures || (value[5] ?? 0) <= structures.savedCount) return operation;
    return {
      ...operation,
      value: this.encode(unpack(structures.packr, value), valueVersion(value), valueLifetime(value)),
      structures: this.#structures,
    };
  }

  /** What a commit must contain for rows packed so far to be readable: nothing, once the structures are saved. */
  save(): Premise | undefined {
    const structures = this.#structures;
    const { count } = structures;
    if (count === structures.savedCount) return undefined;
    const value = sealPlain(structures.list());
    return {
      check: systemRowIs(this.#key, structures.version),
      operation: setSystemRow(this.#key, value),
      settle: (version) => {
        structures.savedCount = count;
        structures.version = version;
      },
      // Take theirs; what relied on ours is packed anew.
      refresh: () => this.load(),
    };
  }
}

/** Where the system table keeps the record structures of a table. */
export function structuresKey(table: number): EncodedKey {
  return encodeKey(["structures", table]);
}

/** A value in the same format, without record structures: what the system table holds. */
export function sealPlain(value: unknown): Uint8Array {
  return seal(plain.pack(value, RESERVE_START_SPACE | HEADER_BYTES), 0, 1);
}

/** What `sealPlain` sealed. Throws `CACHE_CORRUPT` for damaged bytes. */
export function unsealPlain(bytes: Uint8Array): unknown {
  unseal(bytes);
  return unpack(plain, bytes);
}
