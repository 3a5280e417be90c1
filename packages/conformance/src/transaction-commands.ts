import * as fc from "fast-check";
import type { AtomicCommand, AtomicWrite, Place } from "./atomic-command.ts";
import { call, iteration, key, tags, ttl, value } from "./entry-commands.ts";
import type { Step } from "./model-cache.ts";
import { id, row, rowTtl, tableCall, tableReading } from "./table-commands.ts";
import type { RaceCommand, Racer } from "./race-command.ts";
import type { Interference, TransactionCommand } from "./transaction-command.ts";

const onEntries = fc.constant("entries" as const);
const onRows = fc.constant("rows" as const);

const singleStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ on: onEntries, call }) },
  { weight: 3, arbitrary: fc.record({ on: onRows, call: tableCall }) },
);

/** What reads page by page, or changes what it has read. */
const reading: fc.Arbitrary<Step> = fc.oneof(
  { weight: 1, arbitrary: fc.record({ on: onEntries, call: iteration }) },
  { weight: 3, arbitrary: fc.record({ on: onRows, call: tableReading }) },
);

const step: fc.Arbitrary<Step> = fc.oneof({ weight: 3, arbitrary: singleStep }, { weight: 2, arbitrary: reading });

const interference: fc.Arbitrary<Interference> = fc.record({
  before: fc.nat({ max: 8 }),
  steps: fc.array(step, { minLength: 1, maxLength: 4 }),
  ms: fc.constantFrom(0, 0, 0, 1, 5, 50),
  second: fc.boolean(),
});

const frame = {
  type: fc.constant("transaction" as const),
  throws: fc.nat({ max: 4 }).map((chance) => chance === 4),
  interference: fc.option(interference, { freq: 2, nil: undefined }),
  second: fc.boolean(),
};

/** Transactions of random histories. */
export const transactionCommand: fc.Arbitrary<TransactionCommand> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ ...frame, together: fc.constant(false), steps: fc.array(step, { maxLength: 7 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      ...frame,
      together: fc.constant(true),
      // What reads page by page may meet what is written after it was begun, so it comes last.
      steps: fc.tuple(fc.array(singleStep, { maxLength: 6 }), fc.array(reading, { maxLength: 1 })).map((steps) => steps.flat()),
    }),
  },
);

const racer: fc.Arbitrary<Racer> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ does: fc.constant("call" as const), step: singleStep }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant("transaction" as const), steps: fc.array(step, { maxLength: 4 }) }) },
);

/** What two caches of random histories do at once. */
export const raceCommand: fc.Arbitrary<RaceCommand> = fc.record({ type: fc.constant("race" as const), racers: fc.tuple(racer, racer) });

const place: fc.Arbitrary<Place> = fc.oneof(fc.record({ on: onEntries, key }), fc.record({ on: onRows, key: id }));

const write: fc.Arbitrary<AtomicWrite> = fc.oneof(
  fc.record({ verb: fc.constant("set" as const), key, value, ttl, tags }),
  fc.record({ verb: fc.constant("put" as const), row, ttl: rowTtl, tags }),
  fc.record({ verb: fc.constant("delete" as const), place, ttl: fc.constant(undefined), tags: fc.constant(undefined) }),
);

/** One-shot commits of random histories. */
export const atomicCommand: fc.Arbitrary<AtomicCommand> = fc.record({
  type: fc.constant("atomic" as const),
  checks: fc.array(
    fc.record({
      place,
      claim: fc.constantFrom(
        "right" as const,
        "right" as const,
        "right" as const,
        "wrong" as const,
        "outdated" as const,
        "absent" as const,
      ),
    }),
    { maxLength: 3 },
  ),
  writes: fc.array(write, { maxLength: 5 }),
  second: fc.boolean(),
});
