import { checksum } from "../checksum.ts";
import { step, type Steps } from "../continuation.ts";
import { CacheError } from "../errors.ts";
import type { MaybePromise } from "../store.ts";
import { ByteQueue } from "./byte-queue.ts";
import { damagedStream, FORMAT, type Frame, FRAME_HEAD_BYTES, HEADER_BYTES, MAGIC, MAX_BODY_BYTES } from "./frame.ts";

/** Takes a stream of chunks apart into frames whose checksums hold. */
export class FrameReader {
  readonly #next: () => MaybePromise<Uint8Array | undefined>;
  readonly #queue = new ByteQueue();
  #chain = 0;

  /** `next` gives chunk after chunk, and `undefined` at the end. */
  constructor(next: () => MaybePromise<Uint8Array | undefined>) {
    this.#next = next;
  }

  /** Reads what a stream begins with. Throws `CACHE_CORRUPT` for what is no export, `CACHE_VERSION` for one of a newer format. */
  *header(): Steps<void> {
    yield* this.#need(HEADER_BYTES);
    const bytes = this.#queue.take(HEADER_BYTES);
    if (!MAGIC.every((byte, at) => bytes[at] === byte)) throw damagedStream("doesn't begin as one");
    const view = new DataView(bytes.buffer);
    this.#chain = checksum(view, 0, HEADER_BYTES - 4);
    if (view.getUint32(HEADER_BYTES - 4, true) !== this.#chain) throw damagedStream("is damaged");
    const format = view.getUint32(MAGIC.length, true);
    if (format > FORMAT)
      throw new CacheError("CACHE_VERSION", `the export has format ${format}, but this release knows ${FORMAT}; update @cache/core`);
    if (format < 1) throw damagedStream("has no format");
  }

  /** Reads a frame. Throws `CACHE_CORRUPT` for a damaged one, or for the end of the stream. */
  *frame(): Steps<Frame> {
    yield* this.#need(FRAME_HEAD_BYTES);
    const length = new DataView(this.#queue.peek(FRAME_HEAD_BYTES).buffer).getUint32(4, true);
    if (length === 0 || length > MAX_BODY_BYTES) throw damagedStream("is damaged");
    yield* this.#need(FRAME_HEAD_BYTES + length);
    const bytes = this.#queue.take(FRAME_HEAD_BYTES + length);
    const view = new DataView(bytes.buffer);
    const expected = view.getUint32(0, true);
    view.setUint32(0, this.#chain, true);
    this.#chain = checksum(view, 0, bytes.length);
    if (this.#chain !== expected) throw damagedStream("is damaged");
    return { kind: view.getUint8(FRAME_HEAD_BYTES), bytes, start: FRAME_HEAD_BYTES + 1 };
  }

  /** Makes sure that nothing follows. */
  *end(): Steps<void> {
    while (this.#queue.length === 0) {
      const chunk = yield* step(this.#next());
      if (!chunk) return;
      this.#queue.push(chunk);
    }
    throw damagedStream("goes on after its end");
  }

  *#need(bytes: number): Steps<void> {
    while (this.#queue.length < bytes) {
      const chunk = yield* step(this.#next());
      if (!chunk) throw damagedStream("was cut off");
      this.#queue.push(chunk);
    }
  }
}
