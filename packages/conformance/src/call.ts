import type { AnyNamespace } from "./cache-context.ts";
import type { Call } from "./entry-commands.ts";
import { type Doing, gathered, got } from "./in-transaction.ts";
import type { Model, Scope, SeenEntry } from "./model.ts";

function namespaceOf(cache: AnyNamespace, [first, ...rest]: Scope): AnyNamespace {
  return first === undefined ? cache : cache.namespace(first, ...rest);
}

/** Makes a call on a cache or in a transaction. */
export function* callCache(root: AnyNamespace, call: Call): Doing<unknown> {
  const cache = namespaceOf(root, call.scope);
  switch (call.verb) {
    case "get":
    case "has":
    case "delete":
    case "expire":
      return yield* got<unknown>(cache[call.verb](call.key));
    case "getEntry": {
      const entry = yield* got(cache.getEntry(call.key));
      return entry && { key: entry.key, value: entry.value, expiresAt: entry.expiresAt ?? Infinity, tags: entry.tags };
    }
    case "getStale": {
      const entry = yield* got(cache.getEntry(call.key, { stale: true }));
      if (!entry) return undefined;
      const { key, value, expiresAt, tags, isStale } = entry;
      return { key, value, expiresAt: expiresAt ?? Infinity, tags, isStale };
    }
    case "getMany":
    case "hasMany":
    case "deleteMany":
      return yield* got<unknown>(cache[call.verb](call.keys));
    case "set":
      return yield* got(cache.set(call.key, call.value, { ttl: call.ttl, tags: call.tags }));
    case "setMany":
      return yield* got(
        cache.setMany(
          call.entries.map(({ key, value, ttl, tags }) => [key, value, { ttl, tags }] as const),
          { ttl: call.ttl, tags: call.tags },
        ),
      );
    case "touch":
      return yield* got(cache.touch(call.key, call.ttl));
    case "deletePrefix":
      return yield* got(cache.deletePrefix(call.prefix));
    case "count":
      return yield* got(cache.count(call.range));
    case "keys":
    case "values":
    case "entries":
      return yield* gathered<unknown>(cache[call.verb]({ ...call.range, tag: call.tag, reverse: call.reverse, limit: call.limit }));
    case "invalidateTag":
    case "expireTag":
      return yield* got(cache[call.verb](call.tag));
    case "invalidateTags":
      return yield* got(cache.invalidateTags(call.tags));
    case "size":
      return yield* got(cache.size);
    case "clear":
      return yield* got(cache.clear());
  }
}

/** Makes a call on the model; where it may answer one thing or another, `given` if it is one of them. */
export function callModel(model: Model, call: Call, given: unknown): unknown {
  const { scope } = call;
  switch (call.verb) {
    case "get":
      return model.get(scope, call.key)?.value;
    case "getEntry":
      return model.get(scope, call.key);
    case "getStale":
      return model.getStale(scope, call.key, given);
    case "has":
      return model.get(scope, call.key) !== undefined;
    case "delete":
    case "expire":
      return model[call.verb](scope, call.key);
    case "getMany":
      return call.keys.map((key) => model.get(scope, key)?.value);
    case "hasMany":
      return call.keys.map((key) => model.get(scope, key) !== undefined);
    case "deleteMany":
      return call.keys.map((key) => model.delete(scope, key));
    case "set":
      return model.set(scope, call.key, call.value, call.ttl, call.tags);
    case "setMany":
      for (const { key, value, ttl, tags } of call.entries) model.set(scope, key, value, ttl ?? call.ttl, tags ?? call.tags);
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
      const { tag } = call;
      const entries = model.list(scope, call.range).filter(({ tags }) => tag === undefined || tags.includes(tag));
      return (call.reverse ? entries.toReversed() : entries).slice(0, call.limit).map(partOf[call.verb]);
    }
    case "invalidateTag":
      return model.invalidate(scope, [call.tag]);
    case "expireTag":
      return model.expireTag(scope, call.tag);
    case "invalidateTags":
      return model.invalidate(scope, call.tags);
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
