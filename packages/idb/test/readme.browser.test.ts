import { openCache } from "@cache/idb";
import { expect, test } from "vitest";
import { server } from "vitest/browser";

// Other engines don't know `await using` yet, and nothing compiles a README.
test.skipIf(server.browser !== "chromium")("the README's example runs as it stands", async () => {
  const readme = await (await fetch("/packages/idb/README.md")).text();
  const [, example = ""] = /```ts\n([\s\S]*?)```/.exec(readme) ?? [];
  const [imports = "", ...body] = example.split("\n");
  expect(imports).toBe('import { openCache } from "@cache/idb";');
  const printed: string[] = [];
  const log = (...values: unknown[]): number =>
    printed.push(values.map((value) => (typeof value === "string" ? value : JSON.stringify(value))).join(" "));
  // The constructor of asynchronous functions has no name of its own.
  const AsyncFunction = (async () => {}).constructor as new (...parts: string[]) => (...values: unknown[]) => Promise<void>;
  await new AsyncFunction("openCache", "console", body.join("\n"))(openCache, { log });
  expect(printed).toEqual(['{"sectors":41943040}', "7 41943040", "1"]);
});
