import * as fc from "fast-check";
import type { AtomicCommand } from "./atomic-command.ts";
import { call, type Call, iteration } from "./entry-commands.ts";
import type { RaceCommand } from "./race-command.ts";
import type { TableCall } from "./table-call.ts";
import { tableCalls } from "./table-commands.ts";
import type { TransactionCommand } from "./transaction-command.ts";
import { atomicCommand, raceCommand, transactionCommand } from "./transaction-commands.ts";

/** A step of a random history. `second` chooses the other one of two caches on the same data, where there can be two. */
export type Command =
  | { readonly type: "call"; readonly call: Call; readonly second: boolean }
  /** Calls made without waiting for one another. */
  | { readonly type: "turn"; readonly calls: readonly Call[]; readonly second: boolean }
  /** Calls of the typed table's verbs, likewise. */
  | { readonly type: "table"; readonly calls: readonly TableCall[]; readonly second: boolean }
  | TransactionCommand
  | RaceCommand
  | AtomicCommand
  | { readonly type: "advance"; readonly ms: number }
  | { readonly type: "sweep" }
  | { readonly type: "reopen" };

const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      type: fc.constant("call" as const),
      call: fc.oneof({ weight: 5, arbitrary: call }, { weight: 1, arbitrary: iteration }),
      second: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant("turn" as const),
      // An iteration may meet what is written after it was begun, so it comes last.
      calls: fc.tuple(fc.array(call, { minLength: 1, maxLength: 8 }), fc.array(iteration, { maxLength: 1 })).map((parts) => parts.flat()),
      second: fc.boolean(),
    }),
  },
  { weight: 8, arbitrary: fc.record({ type: fc.constant("table" as const), calls: tableCalls, second: fc.boolean() }) },
  { weight: 4, arbitrary: transactionCommand },
  { weight: 2, arbitrary: raceCommand },
  { weight: 2, arbitrary: atomicCommand },
  { weight: 3, arbitrary: fc.record({ type: fc.constant("advance" as const), ms: fc.constantFrom(1, 4, 5, 50, 2000) }) },
  { weight: 1, arbitrary: fc.constant<Command>({ type: "sweep" }) },
  { weight: 1, arbitrary: fc.constant<Command>({ type: "reopen" }) },
);

/** A random history of a cache. */
export const commands: fc.Arbitrary<Command[]> = fc.array(command, { minLength: 1, maxLength: 60, size: "max" });
