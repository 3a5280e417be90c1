import { andThen } from "../continuation.ts";
import type { MaybePromise } from "../store.ts";

/** Where an import's chunks come from. */
export interface ChunkSource {
  /** The next chunk; `undefined` at the end. */
  next(): MaybePromise<Uint8Array | undefined>;
  /** Tells the source that no more is wanted. It isn't waited for: a chunk that never comes may hold it up. */
  stop(): void;
}

/** The chunks of whatever gives them. Throws a `TypeError` for what doesn't, or not at once where it must. */
export function chunkSource(source: unknown, isSync: boolean): ChunkSource {
  const { [Symbol.asyncIterator]: asyncIterator, [Symbol.iterator]: iterator, getReader } = Object(source) as SourceMethods;
  // A Uint8Array itself gives numbers.
  if (typeof iterator === "function" && !(source instanceof Uint8Array)) return ofIterator(iterator.call(source));
  // Not all engines can iterate over streams.
  const isStream = typeof getReader === "function";
  if (!isStream && typeof asyncIterator !== "function")
    throw new TypeError("import needs something to iterate over that gives Uint8Arrays");
  if (isSync) throw new TypeError("this source takes its time, which needs openCache instead of openCacheSync");
  if (isStream) return ofReader(getReader.call(source));
  return ofIterator((asyncIterator as NonNullable<typeof asyncIterator>).call(source));
}

/** The ways in which a source may give chunks. */
interface SourceMethods {
  readonly [Symbol.asyncIterator]?: () => AsyncIterator<unknown>;
  readonly [Symbol.iterator]?: () => Iterator<unknown>;
  readonly getReader?: () => ReadableStreamDefaultReader<unknown>;
}

function ofIterator(iterator: Iterator<unknown> | AsyncIterator<unknown>): ChunkSource {
  return {
    // Others' promises need not be ours.
    next: () => andThen(ownPromise(iterator.next()), chunkOf),
    stop: () => ignore(iterator.return?.()),
  };
}

function ofReader(reader: ReadableStreamDefaultReader<unknown>): ChunkSource {
  return {
    next: () => reader.read().then(chunkOf),
    stop: () => ignore(reader.cancel()),
  };
}

function chunkOf({ done = false, value }: { readonly done?: boolean | undefined; readonly value?: unknown }): Uint8Array | undefined {
  if (done) return undefined;
  if (value instanceof Uint8Array) return value;
  throw new TypeError("what is imported must come as Uint8Arrays");
}

function ownPromise<T>(value: T | PromiseLike<T>): MaybePromise<T> {
  return typeof (value as Partial<PromiseLike<T>>).then === "function" ? Promise.resolve(value) : (value as T);
}

function ignore(outcome: unknown): void {
  Promise.resolve(outcome).catch(() => {});
}
