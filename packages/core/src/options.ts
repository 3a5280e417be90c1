import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { CacheOptions } from "./cache.ts";
import { type Clock, systemClock } from "./clock.ts";
import { ttlMs } from "./expiry.ts";

/** Throws a `TypeError` that lists the known names when an options object has another one. */
export function checkOptionNames(owner: string, options: object, names: readonly string[]): void {
  for (const name of Object.keys(options))
    if (!names.includes(name)) throw new TypeError(`${owner} has no option "${name}"; there are: ${names.join(", ")}`);
}

/** The options of a cache, checked and complete. */
export interface Settings {
  /** Milliseconds, `Infinity` for ever. */
  readonly ttl: number;
  readonly schema: StandardSchemaV1 | undefined;
  readonly validateOnRead: boolean;
  readonly onCorrupt: "throw" | "miss";
  /** Milliseconds, `Infinity` for never. */
  readonly sweepInterval: number;
  readonly clock: Clock;
}

const names = ["ttl", "schema", "validateOnRead", "onCorrupt", "sweepInterval", "clock"] as const satisfies readonly (keyof CacheOptions)[];

/** Checks the options of a cache. Throws a `TypeError` for unknown names and wrong values. */
export function settingsOf(options: CacheOptions): Settings {
  checkOptionNames("openCache", options, names);
  const {
    ttl = Number.POSITIVE_INFINITY,
    schema,
    validateOnRead = false,
    onCorrupt = "throw",
    sweepInterval = 60_000,
    clock = systemClock,
  } = options;
  if (onCorrupt !== "throw" && onCorrupt !== "miss") throw new TypeError('onCorrupt must be "throw" or "miss"');
  if (typeof validateOnRead !== "boolean") throw new TypeError("validateOnRead must be true or false");
  if (schema !== undefined && typeof schema["~standard"]?.validate !== "function") throw new TypeError("schema must be a Standard Schema");
  if (typeof clock.now !== "function" || typeof clock.schedule !== "function") throw new TypeError("clock must have now() and schedule()");
  return {
    ttl: ttlMs(ttl),
    schema,
    validateOnRead,
    onCorrupt,
    sweepInterval: sweepInterval === false ? Number.POSITIVE_INFINITY : ttlMs(sweepInterval, "sweepInterval"),
    clock,
  };
}
