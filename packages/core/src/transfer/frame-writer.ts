import { checksum } from "../checksum.ts";
import { CacheError } from "../errors.ts";
import { FORMAT, FRAME_HEAD_BYTES, FRAME_KIND, MAGIC, MAX_BODY_BYTES } from "./frame.ts";
import { GrowingBytes } from "./growing-bytes.ts";

/** How long a chunk is at least, but for the last; and a frame of rows, but for a table's last. */
const CHUNK_BYTES = 64 * 1024;

/** Puts frames together and chains their checksums. */
export class FrameWriter {
  readonly #out = new GrowingBytes();
  readonly #chunks: Uint8Array[] = [];
  /** Where the frame at hand begins; `undefined` when none is. */
  #start: number | undefined;
  #chain: number;

  /** Writes what a stream begins with. */
  constructor() {
    this.#out.bytes(MAGIC);
    this.#out.u32(FORMAT);
    this.#chain = checksum(this.#out.view, 0, this.#out.length);
    this.#out.u32(this.#chain);
  }

  /** Begins a frame; its content is written next. */
  begin(kind: (typeof FRAME_KIND)[keyof typeof FRAME_KIND]): GrowingBytes {
    this.#start = this.#out.length;
    this.#out.u32(this.#chain);
    this.#out.u32(0);
    this.#out.u8(kind);
    return this.#out;
  }

  /** Goes on with a frame of rows, or begins one. */
  rows(): GrowingBytes {
    return this.#start === undefined ? this.begin(FRAME_KIND.rows) : this.#out;
  }

  /** Ends the frame at hand if it is about as long as a chunk. Where it ends depends on what it holds alone. */
  endIfFull(): void {
    if (this.#start !== undefined && this.#out.length - this.#start >= CHUNK_BYTES) this.end();
  }

  /** Ends the frame at hand, if there is one. */
  end(): void {
    const start = this.#start;
    if (start === undefined) return;
    const { length, view } = this.#out;
    const body = length - start - FRAME_HEAD_BYTES;
    if (body > MAX_BODY_BYTES) throw new CacheError("CACHE_UNSUPPORTED", "a row of more than a gigabyte can't be exported");
    view.setUint32(start + 4, body, true);
    this.#chain = checksum(view, start, length);
    view.setUint32(start, this.#chain, true);
    this.#start = undefined;
    if (length >= CHUNK_BYTES) this.#chunks.push(this.#out.take());
  }

  /** The chunks that are complete. */
  chunks(): readonly Uint8Array[] {
    return this.#chunks.splice(0);
  }

  /** All that is left. */
  rest(): readonly Uint8Array[] {
    return [...this.chunks(), this.#out.take()];
  }
}
