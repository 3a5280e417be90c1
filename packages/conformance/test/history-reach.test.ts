import { expect, test } from "vitest";
import { checkAgainstModel, memoryHarness } from "../src/index.ts";
import type { Command } from "../src/commands.ts";
import type { Step } from "../src/model-cache.ts";
import type { Ask } from "../src/query-ask.ts";
import { isOrdered } from "../src/query-ask.ts";
import type { TransactionOutcome } from "../src/transaction-command.ts";

/*
 * That random histories reach what they are there for. Chance is the same each time, so this fails only when what histories are made of changes:
 * then look whether something is no longer reached.
 */

/** How often what was reached. */
class Tally {
  readonly counts = new Map<string, number>();

  add(...names: readonly string[]): void {
    for (const name of names) this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
  }

  query(ask: Ask, answer: unknown): void {
    const { bounds, where, stages, reverse, limit, asked } = ask;
    const order = ask.order ?? "no index";
    for (const bound of bounds) this.add(`order ${order} with ${bound.verb}`);
    if (where.length > 0) this.add(`order ${order} with conditions`);
    for (const conditions of where)
      for (const demand of Object.values(conditions))
        this.add(...(typeof demand === "object" ? Object.keys(demand) : ["eq"]).map((verb) => `condition ${verb}`));
    for (const stage of stages) this.add(...Object.keys(stage));
    if (reverse) this.add("reverse");
    if (limit !== undefined) this.add("limit");
    if (!isOrdered(ask)) this.add("order not told");
    const isEmpty = answer === 0 || answer === undefined || (Array.isArray(answer) && answer.length === 0);
    this.add(`asked ${asked.verb}: ${isEmpty ? "nothing" : answer === "CACHE_UNIQUE" ? "refused" : "something"}`);
    if (Array.isArray(answer) && answer.length > 1) this.add(`order ${order}: several rows`);
  }

  step(step: Step, answer: unknown): void {
    const { on, call } = step;
    if (on === "rows" && call.verb === "query") this.query(call.ask, answer);
    if (call.verb === "getStale")
      this.add(`getStale: ${answer ? ((answer as { isStale: boolean }).isStale ? "expired" : "live") : "nothing"}`);
    const isListing = "tag" in call && call.tag !== undefined && Array.isArray(answer);
    if (isListing) this.add(`${on} listed by tag: ${answer.length > 0 ? "something" : "nothing"}`);
    else if ("tag" in call || call.verb === "invalidateTags") this.add(`${on} ${call.verb}: ${answer === 0 ? "nothing" : "something"}`);
  }

  watch(command: Command, outcome: unknown): void {
    this.add(command.type);
    if (command.type === "turn")
      for (const [at, call] of command.calls.entries()) this.step({ on: "entries", call }, (outcome as readonly unknown[])[at]);
    if (command.type === "call") this.step({ on: "entries", call: command.call }, (outcome as readonly unknown[])[0]);
    if (command.type === "table")
      for (const [at, call] of command.calls.entries()) this.step({ on: "rows", call }, (outcome as readonly unknown[])[at]);
    if (command.type === "race") this.add(`race: ${command.racers.map(({ does }) => does).join(" beside ")}`);
    if (command.type === "atomic") this.add(`atomic: ${String(outcome)}`, ...command.checks.map(({ claim }) => `claim ${claim}`));
    if (command.type !== "transaction") return;
    // What a transaction's outcome is.
    const { end, runs, answers } = outcome as TransactionOutcome;
    const { interference, together, steps } = command;
    this.add(`transaction: ${end}`, `transaction of ${runs} runs: ${end}`);
    if (interference) this.add(`interference, ${runs} runs`);
    if (together) this.add("transaction in one turn");
    for (const [at, step] of steps.entries()) this.step(step, answers[at]);
    for (const { on, call } of steps) this.add(`inside: ${on} ${call.verb === "query" ? `query ${call.ask.asked.verb}` : call.verb}`);
  }
}

const asked = ["toArray", "values", "first", "count", "keys", "entries", "explain", "pages", "groupBy", "delete", "update"];
const orders = ["no index", "id", "email", "cityAge", "tag"];
const bounds = ["eq", "in", "prefix", "gt", "gte", "lt", "lte", "match"];

/** What must have been reached, and how often at least. */
const least: readonly (readonly [name: string, times: number])[] = [
  ...asked.flatMap((verb): [string, number][] => [
    [`asked ${verb}: something`, 15],
    [`inside: rows query ${verb}`, 15],
  ]),
  ["asked update: refused", 5],
  ...orders.map((order): [string, number] => [`order ${order} with conditions`, 40]),
  ...orders.map((order): [string, number] => [`order ${order}: several rows`, 10]),
  ...orders.slice(1).flatMap((order) => bounds.map((bound): [string, number] => [`order ${order} with ${bound}`, 10])),
  ...bounds.filter((verb) => verb !== "prefix").map((verb): [string, number] => [`condition ${verb}`, 50]),
  ["filter", 100],
  ["select", 50],
  ["reverse", 200],
  ["limit", 200],
  ["order not told", 100],
  ...["entries invalidateTag", "entries invalidateTags", "entries expireTag"].map((name): [string, number] => [`${name}: something`, 20]),
  ["entries listed by tag: something", 10],
  ...["rows invalidateTag", "rows listed by tag"].map((name): [string, number] => [`${name}: something`, 20]),
  ...["invalidateTag", "invalidateTags", "expireTag"].map((name): [string, number] => [`inside: entries ${name}`, 10]),
  ...["expired", "live", "nothing"].map((what): [string, number] => [`getStale: ${what}`, 10]),
  ["inside: entries getStale", 20],
  ["transaction: committed", 200],
  ["transaction: thrown", 50],
  ["transaction: CACHE_UNIQUE", 20],
  ["transaction in one turn", 50],
  ["transaction of 2 runs: committed", 40],
  ["transaction of 2 runs: thrown", 5],
  ["transaction of 2 runs: CACHE_UNIQUE", 3],
  ["interference, 1 runs", 30],
  ["race: call beside call", 40],
  ["race: call beside transaction", 20],
  ["race: transaction beside transaction", 20],
  ["atomic: true", 50],
  ["atomic: false", 50],
  ["atomic: CACHE_UNIQUE", 10],
  ...["right", "wrong", "outdated", "absent"].map((claim): [string, number] => [`claim ${claim}`, 30]),
  ["sweep", 50],
  ["advance", 100],
];

test("random histories reach what they are there for", async () => {
  const tally = new Tally();
  await checkAgainstModel(memoryHarness, "sync", { runs: 400, seed: 1 }, (command, outcome) => tally.watch(command, outcome));
  const missed = least.filter(([name, times]) => (tally.counts.get(name) ?? 0) < times);
  expect(missed.map(([name, times]) => `${name}: ${tally.counts.get(name) ?? 0}, not ${times}`)).toEqual([]);
});
