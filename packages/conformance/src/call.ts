import type { AnyCache, AnyNamespace } from "./cache-context.ts";
import type { Call } from "./commands.ts";
import type { Model, Scope, SeenEntry } from "./model.ts";
import { collect } from "./turns.ts";

function namespaceOf(cache: AnyCache, [first, ...rest]: Scope): AnyNamespace {
  return first === undefined ? cache : cache.namespace(first, ...rest);
}

/** Makes a call on a cache. */
export async function callCache(root: AnyCache, call: Call): Promise<unknown> {
  const cache = namespaceOf(root, call.scope);
  switch (call.verb) {
    case "get":
    case "has":
    case "delete":
    case "expire":
      return cache[call.verb](call.key);
    case "getEntry": {
      const entry = await cache.getEntry(call.key);
      return entry && { key: entry.key, value: entry.value, expiresAt: entry.expiresAt ?? Infinity };
    }
    case "getMany":
    case "hasMany":
    case "deleteMany":
      return cache[call.verb](call.keys);
    case "set":
      return cache.set(call.key, call.value, { ttl: call.ttl });
    case "setMany":
      return cache.setMany(
        call.entries.map(({ key, value, ttl }) => [key, value, { ttl }] as const),
        { ttl: call.ttl },
      );
    case "touch":
      return cache.touch(call.key, call.ttl);
    case "deletePrefix":
      return cache.deletePrefix(call.prefix);
    case "count":
      return cache.count(call.range);
    case "keys":
    case "values":
    case "entries":
      return collect<unknown>(cache[call.verb]({ ...call.range, reverse: call.reverse, limit: call.limit }));
    case "size":
      return cache.size;
    case "clear":
      return cache.clear();
  }
}

/** Makes a call on the model. */
export function callModel(model: Model, call: Call): unknown {
  const { scope } = call;
  switch (call.verb) {
    case "get":
      return model.get(scope, call.key)?.value;
    case "getEntry":
      return model.get(scope, call.key);
    case "has":
      return model.get(scope, call.key) !== undefined;
    case "delete":
    case "expire":
      return model.delete(scope, call.key);
    case "getMany":
      return call.keys.map((key) => model.get(scope, key)?.value);
    case "hasMany":
      return call.keys.map((key) => model.get(scope, key) !== undefined);
    case "deleteMany":
      return call.keys.map((key) => model.delete(scope, key));
    case "set":
      return model.set(scope, call.key, call.value, call.ttl);
    case "setMany":
      for (const { key, value, ttl } of call.entries) model.set(scope, key, value, ttl ?? call.ttl);
      return undefined;
    case "touch":
      return model.touch(scope, call.key, call.ttl);
    case "deletePrefix":
      return model.deletePrefix(scope, call.prefix);
    case "count":
      return model.list(scope, call.range).length;
    case "keys":
    case "values":
    case "entries": {
      const entries = model.list(scope, call.range);
      return (call.reverse ? entries.toReversed() : entries).slice(0, call.limit).map(partOf[call.verb]);
    }
    case "size":
      return model.list(scope).length;
    case "clear":
      return model.clear(scope);
  }
}

const partOf: Readonly<Record<"keys" | "values" | "entries", (entry: SeenEntry) => unknown>> = {
  keys: ({ key }) => key,
  values: ({ value }) => value,
  entries: ({ key, value }) => [key, value],
};
