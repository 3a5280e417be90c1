import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const program = fileURLToPath(new URL("../src/sweep/main.ts", import.meta.url));
const run = promisify(execFile);

test("a run over sweeps gives a document of how long each held up the event loop", async () => {
  const { stdout } = await run(process.execPath, [
    "--conditions=@cache/source",
    program,
    "--entries=300",
    "--engine=memory,sqlite",
    "--json",
  ]);
  const { results } = JSON.parse(stdout) as { readonly results: readonly { readonly name: string; readonly ours: number }[] };
  const figures = ["longest", "beside", "row", "busiest"];
  expect(results.map(({ name }) => name)).toEqual(
    ["memory", "sqlite"].flatMap((engine) => figures.map((one) => `${engine}.sweep.${one}.300`)),
  );
  expect(results.every(({ ours }) => ours >= 0)).toBe(true);
});

test("engines that there aren't are refused", async () => {
  await expect(run(process.execPath, ["--conditions=@cache/source", program, "--engine", "redis"])).rejects.toThrow("--engine must be of");
});
