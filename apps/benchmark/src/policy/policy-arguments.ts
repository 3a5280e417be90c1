import { parseArgs } from "node:util";

/** What the command line asks for. */
export interface PolicyArguments {
  /** The trace to replay; all that are kept here, and synthetic ones, without it. */
  readonly trace: string | undefined;
  /** The sizes of caches for that trace. */
  readonly sizes: readonly number[];
  /** The most requests of a trace that are replayed. */
  readonly requests: number;
  /** The folder for the results; without it those of a given trace are only shown. */
  readonly output: string | undefined;
}

const defaultRequests = 100_000;
const defaultSizes = "100,1000,10000";

/** Reads the command line. Throws a `TypeError` for what isn't known. */
export function policyArgumentsOf(words: readonly string[]): PolicyArguments {
  const text = { type: "string" } as const;
  const { values } = parseArgs({ args: [...words], options: { trace: text, sizes: text, requests: text, output: text } });
  if (values.sizes !== undefined && values.trace === undefined)
    throw new TypeError("--sizes needs a --trace: others have sizes of their own");
  return {
    trace: values.trace,
    sizes: (values.sizes ?? defaultSizes).split(",").map((size) => count("--sizes", size)),
    requests: values.requests === undefined ? defaultRequests : count("--requests", values.requests),
    output: values.output,
  };
}

function count(option: string, word: string): number {
  const number = Number(word);
  if (!Number.isSafeInteger(number) || number < 1) throw new TypeError(`${option}: ${JSON.stringify(word)} is no whole number above 0`);
  return number;
}
