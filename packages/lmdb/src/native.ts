import * as lmdb from "lmdb";
import type { Engine } from "./engine.ts";

/** What lmdb-js' own iterations are made of, and its errors. Missing from its types. */
interface Native {
  readonly Cursor: new (database: Engine["db"], transaction: number) => NativeCursor;
  /** Finds the first line from a key on, which is in the key buffer; gives the length of the line's key, which is there then; 0 for none. */
  position(cursor: number, flags: number, offset: number, keyLength: number, end: number): number;
  /** Throws the error with a code. */
  lmdbError(code: number): never;
}

/** Lives as long as the object. */
export interface NativeCursor {
  readonly address: number;
}

/** The engine beneath lmdb-js, which exports it; and we depend on one version of lmdb-js. */
export const native: Native = (lmdb as unknown as { readonly nativeAddon: Native }).nativeAddon;

/** The engine's error with a code. */
export function engineError(code: number): Error {
  try {
    return native.lmdbError(code);
  } catch (error) {
    return error as Error;
  }
}
