import { type NoTables, openCache, openCacheSync, type TableDefinitions } from "@cache/core";
import { memoryStore } from "@cache/core/memory";
import type { AnyCache, CacheContext, ScenarioOptions } from "./cache-context.ts";

type Opener = Pick<CacheContext, "face" | "clock">;

/** Opens a cache in memory, on the face and the clock of a scenario. */
export async function inMemory<Tables extends TableDefinitions = NoTables>(
  { face, clock }: Opener,
  options: ScenarioOptions<Tables> = {},
): Promise<AnyCache<Tables>> {
  // Scenarios that give a schema know what it makes of their values.
  const plain = { sweepInterval: false, ...options, clock } as ScenarioOptions<Tables> & { readonly schema?: undefined };
  return face === "sync" ? openCacheSync<unknown, Tables>(memoryStore(), plain) : openCache<unknown, Tables>(memoryStore(), plain);
}

/** The chunks of an export, on either face. */
export async function exported(cache: AnyCache, options?: Parameters<AnyCache["export"]>[0]): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of cache.export(options)) chunks.push(chunk);
  return chunks;
}

/** Chunks as one. */
export function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/** Removes all rows of a cache. */
export async function empty(cache: AnyCache): Promise<void> {
  await cache.clear();
  for (const table of Object.values(cache.tables)) await table.clear();
}

/**
 * Fills a scenario's cache, and checks what becomes of it by export and import: in memory, in the same store again once that is emptied, and
 * from memory in the store.
 */
export async function onEachRoute<Tables extends TableDefinitions>(
  context: CacheContext<Tables>,
  options: ScenarioOptions<Tables>,
  fill: (cache: AnyCache<Tables>) => Promise<void>,
  check: (cache: AnyCache<Tables>, route: string) => Promise<void>,
): Promise<void> {
  const { root } = context;
  await fill(root);
  const memory = await inMemory(context, options);
  await memory.import(root.export());
  await check(memory, "from the store to memory");
  const chunks = await exported(root);
  await empty(root);
  await root.import(chunks);
  await check(root, "from the store to itself");
  await empty(root);
  await root.import(memory.export());
  await check(root, "from memory to the store");
  await memory.close();
}
