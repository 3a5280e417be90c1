import type { CacheOptions } from "./cache-options.ts";
import { editDistance } from "./edit-distance.ts";
import type { policies } from "./eviction/policies.ts";
import { staleMs, type Ttl, ttlMs } from "./expiry.ts";

/** Options of a cache that an environment may give; those that it doesn't give are absent. */
export interface EnvOptions {
  /** Where the store keeps its data. Of stores in files; others refuse it, as they do every option that isn't theirs. */
  readonly path?: string;
  readonly maxEntries?: number;
  readonly maxBytes?: number;
  readonly eviction?: keyof typeof policies;
  readonly tooLarge?: NonNullable<CacheOptions["tooLarge"]>;
  readonly ttl?: Ttl;
  readonly sliding?: boolean;
  readonly staleFor?: Ttl;
  readonly sweepInterval?: Ttl | false;
  readonly onCorrupt?: NonNullable<CacheOptions["onCorrupt"]>;
  readonly validateOnRead?: boolean;
}

/** Environment variables by name. */
export type Env = Readonly<Record<string, string | undefined>>;

/** A variable that gives an option. */
interface Variable<T> {
  /** Its name behind the prefix. */
  readonly name: string;
  /** What its text stands for; `undefined` when it isn't allowed. */
  readonly read: (text: string) => T | undefined;
  /** What is allowed, for messages. */
  readonly allowed: string;
}

const unitBytes: Readonly<Record<string, number>> = {
  "": 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

function bytesOf(text: string): number | undefined {
  const [, amount, unit = ""] = /^(\d+(?:\.\d+)?)\s?([a-z]*)$/i.exec(text) ?? [];
  const bytes = Math.floor(Number(amount) * (unitBytes[unit.toLowerCase()] ?? Number.NaN));
  return bytes >= 1 && bytes < Infinity ? bytes : undefined;
}

function wholeOf(text: string): number | undefined {
  const whole = /^\d+$/.test(text) ? Number(text) : 0;
  return whole >= 1 && whole < Infinity ? whole : undefined;
}

/** A duration that `check` doesn't throw for. */
function durationOf(text: string, check: (ttl: Ttl) => number = ttlMs): Ttl | undefined {
  // What isn't a number may be a duration: that is what is found out.
  const ttl = /^\d+$/.test(text) ? Number(text) : (text as Ttl);
  try {
    check(ttl);
    return ttl;
  } catch {
    return undefined;
  }
}

/** A variable that holds one of some words. */
function word<T>(name: string, words: Readonly<Record<string, T>>): Variable<T> {
  return { name, read: (text) => (Object.hasOwn(words, text) ? words[text] : undefined), allowed: Object.keys(words).join(" or ") };
}

const duration = 'milliseconds, or a duration such as "30s", "5m", "12h" or "30d"';

const variables: { readonly [Name in keyof EnvOptions]-?: Variable<Exclude<EnvOptions[Name], undefined>> } = {
  path: { name: "PATH", read: (text) => text, allowed: "a path" },
  maxEntries: { name: "MAX_ENTRIES", read: wholeOf, allowed: "a whole number, at least 1" },
  maxBytes: { name: "MAX_BYTES", read: bytesOf, allowed: 'a number of bytes, at least 1, or an amount such as "256MB" or "1GiB"' },
  eviction: word("EVICTION", { lru: "lru", fifo: "fifo", s3fifo: "s3fifo", none: "none" }),
  tooLarge: word("TOO_LARGE", { throw: "throw", skip: "skip" }),
  ttl: { name: "TTL", read: durationOf, allowed: duration },
  sliding: word("SLIDING", { true: true, false: false }),
  staleFor: { name: "STALE_FOR", read: (text) => durationOf(text, staleMs), allowed: duration },
  sweepInterval: {
    name: "SWEEP_INTERVAL",
    read: (text) => (text === "false" ? false : durationOf(text)),
    allowed: `false, ${duration}`,
  },
  onCorrupt: word("ON_CORRUPT", { throw: "throw", miss: "miss" }),
  validateOnRead: word("VALIDATE_ON_READ", { true: true, false: false }),
};

/** As much of Node as is looked for; browsers have no environment. */
interface MaybeProcess {
  readonly process?: { readonly env?: Env };
}

/**
 * Reads options of a cache from environment variables: `CACHE_PATH`, `CACHE_MAX_ENTRIES`, `CACHE_MAX_BYTES` (bytes, or such as `256MB`, `1GiB`),
 * `CACHE_EVICTION`, `CACHE_TOO_LARGE`, `CACHE_TTL`, `CACHE_STALE_FOR` and `CACHE_SWEEP_INTERVAL` (milliseconds, or such as `5m`; the last also
 * `false`), `CACHE_ON_CORRUPT`, `CACHE_SLIDING` and `CACHE_VALIDATE_ON_READ` (`true`, `false`). What is unset or empty is left out, so that options beside it stand. With
 * another prefix than `CACHE_`, several caches have variables of their own.
 *
 * Throws a `TypeError` for a value that isn't allowed; and for an unknown name with the prefix that looks like one of these misspelt. Other names
 * are left alone: they may be other programs'.
 *
 * ```ts
 * const cache = await openCache({ path: "./.cache", ttl: "1h", ...optionsFromEnv() });
 * ```
 */
export function optionsFromEnv(env: Env = (globalThis as MaybeProcess).process?.env ?? {}, prefix = "CACHE_"): EnvOptions {
  refuseMisspelt(env, prefix);
  const options: Record<string, unknown> = {};
  for (const [option, { name, read, allowed }] of Object.entries<Variable<unknown>>(variables)) {
    const text = env[prefix + name]?.trim();
    if (text === undefined || text === "") continue;
    const value = read(text);
    if (value === undefined) throw new TypeError(`${prefix}${name} is "${text}"; it must be ${allowed}`);
    options[option] = value;
  }
  return options;
}

function refuseMisspelt(env: Env, prefix: string): void {
  const names = Object.values(variables).map(({ name }) => name);
  for (const variable of Object.keys(env)) {
    if (!variable.startsWith(prefix) || !env[variable]) continue;
    const name = variable.slice(prefix.length);
    if (names.includes(name)) continue;
    // A letter in three may be wrong: fewer, and it may well be another word.
    const meant = names.find((one) => editDistance(name, one) <= Math.floor(one.length / 3));
    if (meant !== undefined)
      throw new TypeError(
        `${variable} is no option of a cache; did you mean ${prefix}${meant}? There are: ${names.map((one) => prefix + one).join(", ")}`,
      );
  }
}
