import type { Face, Namespace, Reply, SetOptions } from "./verbs.ts";
import { StoreEntries } from "./entry-verbs.ts";
import type { Key, KeyPart } from "./key.ts";
import { encodeKey } from "./key-encoder.ts";

/** The entries of any key that begin with some bytes, on either face. */
export class StoreNamespace<Value, F extends Face, Input> extends StoreEntries<Value, Key, F> implements Namespace<Value, F, Input> {
  set(key: Key, value: Input, options?: SetOptions): Reply<F, void> {
    return this.setOne(key, value, options);
  }

  setMany(entries: Iterable<readonly [key: Key, value: Input, options?: SetOptions]>, options?: SetOptions): Reply<F, void> {
    return this.setAll(entries, options);
  }

  namespace<Narrow extends Value = Value>(...prefix: readonly [KeyPart, ...KeyPart[]]): Namespace<Narrow, F, Narrow & Input> {
    return new StoreNamespace({ table: this.table, rows: this.rows, face: this.face }, encodeKey(prefix, this.prefix));
  }
}
