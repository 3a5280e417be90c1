import type { Face } from "../cache.ts";
import type { FaceRunner } from "../face.ts";
import type { Runtime } from "../runtime.ts";
import type { TableDefinitions } from "../table/table-definition.ts";
import type { Atomic } from "./atomic.ts";

/** Begins a one-shot commit. */
export function storeAtomic<F extends Face, Input, Tables extends TableDefinitions>(
  _runtime: Runtime,
  _face: FaceRunner<F>,
): Atomic<F, Input, Tables> {
  throw new Error("not yet");
}
