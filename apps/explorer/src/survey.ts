import { Location } from "./location.ts";
import type { Meter, Work } from "./meter.ts";
import { Problems } from "./problems.ts";
import type { Scan } from "./scan.ts";
import { walk } from "./walk.ts";

/** Counts what is in a folder, opening no file, so that there can be an estimate of how long the rest will take. */
export async function survey(folder: string, scan: Omit<Scan, "problems">, meter: Meter): Promise<Work> {
  let entries = 0;
  let bytes = 0;
  for await (const { entry } of walk(Location.root(folder), { ...scan, problems: new Problems() })) {
    entries++;
    if (entry.kind === "file") bytes += entry.size;
    meter.entry(0);
  }
  return { entries, bytes };
}
