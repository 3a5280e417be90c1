import { loopTrace, scanTrace, zipfTrace } from "./synthetic.ts";
import { readTrace, type Trace } from "./trace.ts";

/** A trace, and the sizes of caches that it is replayed through. */
export interface Subject {
  readonly trace: Trace;
  readonly sizes: readonly number[];
}

const publicTraces = {
  gli: [250, 500, 1000, 2000],
  loop: [250, 500, 1000, 1250],
  cs: [250, 500, 1000, 1400],
  multi1: [100, 250, 500, 1000],
} as const;

const exponents = [0.7, 0.8, 0.9, 1, 1.1] as const;
const sizes = [50, 200, 1000] as const;
const seed = 20_260;

/** What is replayed when nothing else is asked for: the public traces that are kept here, and synthetic ones. */
export function allSubjects(): Subject[] {
  const folder = new URL("../../traces/", import.meta.url);
  return [
    ...Object.entries(publicTraces).map(([name, of]) => ({ trace: readTrace(new URL(`${name}.trace.gz`, folder)), sizes: of })),
    ...exponents.map((exponent) => ({ trace: zipfTrace({ exponent, seed }), sizes })),
    ...[0.7, 1].map((exponent) => ({ trace: scanTrace({ exponent, seed, every: 2000, length: 500 }), sizes })),
    { trace: loopTrace({ exponent: 0.9, seed, part: 0.25, length: 600 }), sizes },
  ];
}

/** The subject without the requests beyond so many. */
export function shortened({ trace: { name, keys }, sizes: of }: Subject, requests: number): Subject {
  return { trace: { name, keys: keys.length > requests ? keys.slice(0, requests) : keys }, sizes: of };
}
