import type { Harness } from "../src/index.ts";
import { memoryStore } from "@cache/core/memory";
import { expect, test } from "vitest";
import { compareKeys } from "../src/key-order.ts";
import { checkAgainstModel, FaultStore, memoryHarness, type ModelOptions } from "../src/index.ts";
import { Model } from "../src/model.ts";

test("the model keeps entries in order, and forgets what has expired", () => {
  const model = new Model(1000);
  model.set([], "b", 1, 10);
  model.set(["n"], "a", 2);
  model.set([], "a", 3);
  expect(model.list([]).map(({ key }) => key)).toEqual(["a", "b", ["n", "a"]]);
  expect(model.list(["n"])).toEqual([{ key: "a", value: 2, expiresAt: Infinity, tags: [] }]);
  model.advance(10);
  expect(model.get([], "b")).toBeUndefined();
  expect(model.deletePrefix([], "n")).toBe(1);
});

test("the model orders lone surrogates between the code points around them", () => {
  const texts = ["\ud7ff", "\ud800", "\udfff", "\ue000", "\uffff", "\u{10000}"];
  expect(texts.toReversed().toSorted((a, b) => compareKeys([a], [b]))).toEqual(texts);
});

test("a store that differs is found, and the failure tells how to repeat it", async () => {
  const broken: Harness = {
    ...memoryHarness,
    create() {
      const store = new FaultStore(memoryStore(), {
        commit: (sound, batch) => sound.commitSync({ ...batch, operations: batch.operations.filter(({ type }) => type !== "deleteRange") }),
      });
      return { store: () => store, dispose: () => store.destroy() };
    },
  };
  const failing = checkAgainstModel(broken, "async", { runs: 1000, seed: 1 });
  await expect(failing).rejects.toThrow(/--seed=1 --path [\d:]+/);
});

test("a failure is told after as much shrinking as there was time for, and its path repeats what was found", async () => {
  let runs = 0;
  const broken: Harness = {
    ...memoryHarness,
    create() {
      runs++;
      const store = new FaultStore(memoryStore(), { get: () => undefined });
      return { store: () => store, dispose: () => store.destroy() };
    },
  };
  const messageOf = async (options: ModelOptions): Promise<string> =>
    checkAgainstModel(broken, "sync", options).then(
      () => "",
      (error: Error) => error.message,
    );
  const hasty = await messageOf({ seed: 1, shrinkSeconds: 0 });
  const hastyRuns = runs;
  const patient = await messageOf({ seed: 1 });
  expect(runs - hastyRuns).toBeGreaterThan(hastyRuns);
  expect(hasty.length).toBeGreaterThan(patient.length);
  const path = /--path ([\d:]+)/.exec(hasty)?.[1];
  expect(await messageOf({ seed: 1, path, shrinkSeconds: 0 })).toBe(hasty);
});

test("the same seed leads to the same histories", async () => {
  const historyOf = async (seed: number): Promise<string[]> => {
    const keys: string[] = [];
    const noting: Harness = {
      ...memoryHarness,
      create() {
        const store = new FaultStore(memoryStore(), {
          commit(sound, batch) {
            keys.push(batch.operations.map((operation) => ("key" in operation ? operation.key.join() : operation.type)).join(" "));
            return sound.commitSync(batch);
          },
        });
        return { store: () => store, dispose: () => store.destroy() };
      },
    };
    await checkAgainstModel(noting, "sync", { runs: 5, seed });
    return keys;
  };
  expect(await historyOf(7)).toEqual(await historyOf(7));
  expect(await historyOf(7)).not.toEqual(await historyOf(8));
});
