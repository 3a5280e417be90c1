import { randomFrom } from "../random.ts";
import type { Trace } from "./trace.ts";
import { zipfFrom } from "./zipf.ts";

/** How many requests each synthetic trace has, and for how many keys that are asked for at random. */
const requests = 40_000;
const keyCount = 5000;

/** The first numbers of keys that are in no Zipf trace. */
const scanFrom = 10_000_000;
const loopFrom = 20_000_000;

/** What a trace is made from. */
interface Source {
  readonly exponent: number;
  readonly seed: number;
}

/** Keys asked for at random, some more often than others. */
export function zipfTrace({ exponent, seed }: Source): Trace {
  const next = zipfFrom(randomFrom(seed), keyCount, exponent);
  return { name: `zipf ${exponent.toFixed(1)}`, keys: Array.from({ length: requests }, next) };
}

/** Zipf, and every so many requests a scan: so many keys, each asked for this one time. */
export function scanTrace({ exponent, seed, every, length }: Source & { readonly every: number; readonly length: number }): Trace {
  const next = zipfFrom(randomFrom(seed), keyCount, exponent);
  let scanned = scanFrom;
  const keys = Array.from({ length: requests }, (_, at) => (at % every < every - length ? next() : scanned++));
  return { name: `zipf ${exponent.toFixed(1)} + scans`, keys };
}

/** Zipf, and between them with a probability of `part` the next request of a loop over so many keys. */
export function loopTrace({ exponent, seed, part, length }: Source & { readonly part: number; readonly length: number }): Trace {
  const random = randomFrom(seed);
  const next = zipfFrom(random, keyCount, exponent);
  let looped = 0;
  const keys = Array.from({ length: requests }, () => (random() < part ? loopFrom + (looped++ % length) : next()));
  return { name: `zipf ${exponent.toFixed(1)} + loop`, keys };
}
