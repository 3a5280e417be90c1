import { mkdir, realpath } from "node:fs/promises";
import { basename, dirname, join, resolve, sep } from "node:path";
import { type CacheHome, cacheHome, type StoreName } from "./cache-home.ts";
import { ExplorerError } from "./explorer-error.ts";
import { TemporaryFolder } from "./temporary-folder.ts";

/** A cache for one job, and what happens to it afterwards. */
export interface CachePlace {
  readonly home: CacheHome;
  /** The absolute paths, without links, that belong to it. */
  readonly paths: readonly string[];
  /** Makes the cache outlive the job; answers where it will be, `undefined` when that can't be. */
  keep(): string | undefined;
  /** Removes what isn't kept; to be called after the job, however it ended. */
  leave(): Promise<void>;
}

/** A place that is removed after the job, unless it is to be kept. */
export async function temporaryPlace(store: StoreName): Promise<CachePlace> {
  const folder = await TemporaryFolder.make();
  try {
    const home = await cacheHome(store, join(folder.path, store === "sqlite" ? "cache.sqlite" : store));
    const keep = (): string | undefined => {
      if (home.path !== undefined) folder.keep();
      return home.path;
    };
    return { home, paths: [folder.path], keep, leave: () => folder.remove() };
  } catch (error) {
    // The engine can't be loaded.
    await folder.remove();
    throw error;
  }
}

/** A place that the user chose. Throws an {@link ExplorerError} for one that would be part of what is indexed in it. */
export async function chosenPlace(store: StoreName, path: string, folder: string): Promise<CachePlace> {
  const parent = dirname(resolve(path));
  await mkdir(parent, { recursive: true });
  const chosen = join(await realpath(parent), basename(resolve(path)));
  if (folder === chosen || folder.startsWith(chosen + sep))
    throw new ExplorerError(`${chosen} is, or holds, the folder to index; give the cache a path of its own`);
  const home = await cacheHome(store, chosen);
  return { home, paths: home.files, keep: () => home.path, leave: async () => {} };
}
