import { type CacheError, type CacheErrorCode, isCacheError } from "@cache/core/spi";
import { same } from "./same.ts";
import { show } from "./show.ts";

/** What a scenario throws when something isn't as it says. */
export class AssertionError extends Error {
  override readonly name: string = "AssertionError";
}

/** Throws unless two values are alike, deeply (see `same`). */
export function equal(actual: unknown, expected: unknown, what = "the value"): void {
  if (!same(actual, expected)) throw new AssertionError(`${what} is ${show(actual)}, not ${show(expected)}`);
}

/** Throws unless a condition holds. `what` says what should have been. */
export function ok(condition: unknown, what: string): asserts condition {
  if (!condition) throw new AssertionError(`expected: ${what}`);
}

/** Throws unless a call fails with a `CacheError` of this code, thrown or as a rejection. Gives the error back. */
export async function throwsCode(code: CacheErrorCode, call: () => unknown, what = "the call"): Promise<CacheError> {
  const error = await failureOf(call, `${what} to fail with ${code}`);
  if (isCacheError(error, code)) return error;
  throw new AssertionError(`${what} failed with ${describe(error)}, not ${code}`, { cause: error });
}

/** Throws unless a call fails with a `TypeError`, thrown or as a rejection. */
export async function throwsType(call: () => unknown, what = "the call"): Promise<void> {
  const error = await failureOf(call, `${what} to fail with a TypeError`);
  if (!(error instanceof TypeError)) throw new AssertionError(`${what} failed with ${describe(error)}, not a TypeError`, { cause: error });
}

/** Throws unless a call fails with just this reason: what an `AbortSignal` carries. */
export async function throwsReason(reason: unknown, call: () => unknown, what = "the call"): Promise<void> {
  const error = await failureOf(call, `${what} to fail with the signal's reason`);
  if (error !== reason) throw new AssertionError(`${what} failed with ${describe(error)}, not with the signal's reason`, { cause: error });
}

async function failureOf(call: () => unknown, expected: string): Promise<unknown> {
  try {
    await call();
  } catch (error) {
    return error;
  }
  throw new AssertionError(`expected: ${expected}, but it succeeded`);
}

function describe(error: unknown): string {
  return isCacheError(error) ? `${error.code} (${error.message})` : String(error);
}
