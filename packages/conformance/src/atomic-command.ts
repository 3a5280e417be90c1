import type { Key } from "@cache/core";
import { equal } from "./assert.ts";
import type { AnyCache } from "./cache-context.ts";
import { type Doing, drive, got } from "./in-transaction.ts";
import { compareKeys, partsOf } from "./key-order.ts";
import { callStep, type HistoryTables, ModelCache, type Step, targetOf } from "./model-cache.ts";
import { Model } from "./model.ts";
import { orRefused, REFUSED } from "./table-call.ts";
import { type ModelRow, TableModel } from "./table-model.ts";

/** An entry of the cache or a row of its table. */
export type Place = { readonly on: "entries"; readonly key: Key } | { readonly on: "rows"; readonly key: number };

/** What a check says of a place: its version, one that it never had, one that has just become outdated, or that nothing is there. */
export type Claim = "right" | "wrong" | "outdated" | "absent";

/** A write of a one-shot commit. */
export type AtomicWrite = { readonly ttl: number | undefined; readonly tags: readonly string[] | undefined } & (
  | { readonly verb: "set"; readonly key: Key; readonly value: unknown }
  | { readonly verb: "put"; readonly row: ModelRow }
  | { readonly verb: "delete"; readonly place: Place }
);

/** A one-shot commit of a random history. */
export interface AtomicCommand {
  readonly type: "atomic";
  readonly checks: readonly { readonly place: Place; readonly claim: Claim }[];
  readonly writes: readonly AtomicWrite[];
  readonly second: boolean;
}

/** What became of a one-shot commit. */
export type AtomicOutcome = boolean | typeof REFUSED;

/** Makes a one-shot commit on a cache and on the model. Throws when its outcome differs, or what it wrote has another version than it tells. */
export async function runAtomic(
  { checks, writes }: AtomicCommand,
  root: AnyCache<HistoryTables>,
  model: ModelCache,
): Promise<AtomicOutcome> {
  let written: readonly (number | undefined)[] = [];
  let version: number | undefined;
  const refused = areSound(writes) ? (claimsHold(checks, model) ? undefined : false) : REFUSED;
  const carryOut = function* (): Doing<AtomicOutcome> {
    const versions: (number | undefined)[] = [];
    for (const { place } of checks) versions.push(yield* versionAt(root, place));
    for (const { place, claim } of checks) {
      if (claim !== "outdated") continue;
      const step = replaced(place, model);
      equal(yield* callStep(targetOf(root), step), model.answer(step, undefined), "the answer to who outdates a version");
    }
    const atomic = root.atomic();
    for (const [at, { place, claim }] of checks.entries()) {
      const known = versions[at];
      const claimed = claim === "absent" ? undefined : claim === "wrong" ? (known ?? 0) + 1 : known;
      if (place.on === "entries") atomic.check(place.key, claimed);
      else atomic.tables.rows.check(place.key, claimed);
    }
    for (const write of writes) {
      if (write.verb === "set") atomic.set(write.key, write.value, { ttl: write.ttl, tags: write.tags });
      else if (write.verb === "put") atomic.tables.rows.put(write.row, { ttl: write.ttl, tags: write.tags });
      else if (write.place.on === "entries") atomic.delete(write.place.key);
      else atomic.tables.rows.delete(write.place.key);
    }
    const result = yield* got(atomic.commit());
    if (!result.ok) return false;
    version = result.version;
    const places: (number | undefined)[] = [];
    for (const write of writes) places.push(yield* versionAt(root, placeOf(write)));
    written = places;
    return true;
  };
  // It answers with what it gives, or with what stands for a refusal.
  const outcome = (await drive(orRefused(carryOut))) as AtomicOutcome;

  const copy = model.copyForTransaction();
  for (const write of writes) copy.answer(stepOf(write), undefined);
  equal(outcome, refused ?? (model.take(copy) || REFUSED), "what became of a one-shot commit");
  for (const one of written) if (one !== undefined) equal(one, version, "the version of what a one-shot commit wrote");
  return outcome;
}

function* versionAt(root: AnyCache<HistoryTables>, { on, key }: Place): Doing<number | undefined> {
  const entry = on === "entries" ? yield* got(root.getEntry(key)) : yield* got(root.tables.rows.getEntry(key));
  return entry?.version;
}

/** Whether all checks are of what is so when the commit comes: nothing that is outdated before. */
function claimsHold(checks: AtomicCommand["checks"], model: ModelCache): boolean {
  const outdated = checks.filter(({ claim }) => claim === "outdated");
  return checks.every(({ place, claim }) => {
    if (outdated.some((other) => isSame(other.place, place)) || claim === "wrong") return false;
    return claim === "right" || !isThere(place, model);
  });
}

/** Whether no two of the rows written have one address: those are refused whatever the checks say. */
function areSound(writes: readonly AtomicWrite[]): boolean {
  const alone = new ModelCache(new Model(0), new TableModel(0));
  const copy = alone.copyForTransaction();
  for (const write of writes) copy.answer(stepOf(write), undefined);
  return alone.take(copy);
}

function isSame(a: Place, b: Place): boolean {
  return a.on === b.on && compareKeys(partsOf(a.key), partsOf(b.key)) === 0;
}

function isThere({ on, key }: Place, { entries, rows }: ModelCache): boolean {
  return (on === "entries" ? entries.get([], key) : rows.get(key)) !== undefined;
}

/** What writes at a place without changing what is there, if there is anything. */
function replaced({ on, key }: Place, { entries, rows }: ModelCache): Step {
  return on === "entries"
    ? { on, call: { verb: "set", scope: [], key, value: entries.get([], key)?.value, ttl: undefined, tags: undefined } }
    : { on, call: { verb: "put", rows: [rows.get(key) ?? { id: key }], ttl: undefined, tags: undefined } };
}

function placeOf(write: AtomicWrite): Place {
  if (write.verb === "delete") return write.place;
  return write.verb === "set" ? { on: "entries", key: write.key } : { on: "rows", key: write.row.id };
}

function stepOf(write: AtomicWrite): Step {
  const { ttl, tags } = write;
  if (write.verb === "set") return { on: "entries", call: { verb: "set", scope: [], key: write.key, value: write.value, ttl, tags } };
  if (write.verb === "put") return { on: "rows", call: { verb: "put", rows: [write.row], ttl, tags } };
  const { on, key } = write.place;
  return on === "entries" ? { on, call: { verb: "delete", scope: [], key } } : { on, call: { verb: "delete", id: key } };
}
