/** The system index that lists rows in the order in which they are to be forgotten. */
export const ORDER_INDEX = 1;

/** The greatest position, and how many queues there can be. */
export const MAX_POSITION: number = Number.MAX_SAFE_INTEGER;
export const MAX_QUEUES = 255;

/** The greatest number of hits that a place remembers. */
export const MAX_HITS = 255;

/** Where a row stands among those to be forgotten: the lowest position of a queue goes first. */
export interface Place {
  /** 0 to {@link MAX_QUEUES} − 1. */
  readonly queue: number;
  /** A whole number from 0 to {@link MAX_POSITION}. */
  readonly position: number;
  /** Hits that the policy remembers with the row, 0 to {@link MAX_HITS}. */
  readonly hits: number;
}

/** How long an entry of that index is, see {@link placeBytes}. */
export const PLACE_BYTES = 9;

/**
 * A place as an index entry's bytes: the queue in one byte, the position in seven, the greatest first, and the hits in one. Throws a `TypeError`
 * for what is no place.
 */
export function placeBytes({ queue, position, hits }: Place): Uint8Array {
  if (!isUpTo(queue, MAX_QUEUES - 1) || !isUpTo(position, MAX_POSITION) || !isUpTo(hits, MAX_HITS))
    throw new TypeError(`an eviction policy named a place that can't be: queue ${queue}, position ${position}, hits ${hits}`);
  const bytes = new Uint8Array(PLACE_BYTES);
  const high = Math.floor(position / 2 ** 32);
  bytes[0] = queue;
  bytes[1] = high >>> 16;
  bytes[2] = high >>> 8;
  bytes[3] = high;
  bytes[4] = position >>> 24;
  bytes[5] = position >>> 16;
  bytes[6] = position >>> 8;
  bytes[7] = position;
  bytes[8] = hits;
  return bytes;
}

function isUpTo(number: number, most: number): boolean {
  return Number.isInteger(number) && number >= 0 && number <= most;
}

/** The place that an index entry's bytes stand for, whatever follows them. */
export function placeOf(bytes: Uint8Array): Place {
  let position = 0;
  for (let at = 1; at < 8; at++) position = position * 256 + (bytes[at] ?? 0);
  return { queue: bytes[0] ?? 0, position, hits: bytes[8] ?? 0 };
}

/** What the entries of a queue's places are not below. Those of the queue before it are. */
export function queueBound(queue: number): Uint8Array {
  return Uint8Array.of(queue);
}
