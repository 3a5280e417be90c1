// Entry point behind the npm scripts that a fresh machine can run: needs only Node >= 20 and npm.
// Installs the workspace when it isn't current, then runs the task on the pinned Node.
import { existsSync, readFileSync, rmSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { run } from "./child.mjs";
import { install } from "./install.mjs";
import { withPnpm } from "./pnpm.mjs";

const root = join(import.meta.dirname, "..");
const shell = process.platform === "win32";
const lowestNode = [22, 18];

/** A program of the repository, run from its sources in the folder that npm was called from, so that relative paths mean what they say. */
const program = (file) => async (env, args) =>
  run(pinnedNode(), ["--conditions=@cache/source", join(root, file), ...args], { cwd: env.INIT_CWD || process.cwd(), env });

const tasks = {
  start: program("apps/explorer/src/main.ts"),
  bench: program("apps/benchmark/src/main.ts"),
  "bench:policy": program("apps/benchmark/src/policy/main.ts"),
  "bench:scale": program("apps/benchmark/src/bounded/main.ts"),
  "bench:sweep": program("apps/benchmark/src/sweep/main.ts"),
  conformance: program("packages/conformance/cli/report.ts"),
  fuzz: program("packages/conformance/cli/fuzz.ts"),
  soak: program("packages/conformance/cli/soak.ts"),
  build: (env) => turbo(env, "build"),
  check: (env) => turbo(env, "build", "typecheck", "lint", "lint:package", "size"),
  async test(env, args) {
    const checked = args.length === 0 ? await tasks.check(env) : 0;
    const tested = await vitest(withPnpm(env), args, checked === 0 ? undefined : "The checks before the tests failed: see above.");
    return checked || tested;
  },
};

function turbo(env, ...names) {
  return run("turbo", ["run", ...names, "--continue=dependencies-successful", "--output-logs=errors-only", "--log-order=grouped"], {
    cwd: root,
    env: withPnpm(env),
    shell,
  });
}

/**
 * Runs the tests and closes with one line that says how many passed, failed and were skipped, after the `warning` if there is one. A browser
 * that hung at its start gets a second chance.
 */
async function vitest(env, args, warning) {
  const first = await vitestRun(env, args);
  if (!first) return 1;
  let { code } = first;
  const { counts: total, lost } = first;
  const { browsers, others } = lost;
  // Only if nothing else is wrong: a file that can't be loaded fails without a failed test.
  if (code !== 0 && total.failed === 0 && first.failedFiles === 0 && others === 0 && browsers.length > 0) {
    console.error(`${browsers.join(" and ")} hung at the start; trying once more.`);
    const second = await vitestRun(env, [...args, ...browsers.map((name) => `--project=${name}-project`)]);
    if (!second) return 1;
    ({ code } = second);
    for (const name of Object.keys(total)) total[name] += second.counts[name];
  }
  const { passed, failed, skipped, all } = total;
  if (warning) console.error(warning);
  if (code !== 0 && failed === 0) console.error("The run failed outside of any test: see above.");
  console.log(`${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ""}`);
  return code || (all === 0 ? 1 : 0);
}

/** One run of Vitest: its exit code, how many tests came to what, how many files failed, and the browsers that it lost; `undefined` if it didn't get to run any. */
async function vitestRun(env, args) {
  const folder = join(root, "node_modules", ".cache");
  const report = join(folder, `vitest-${process.pid}.json`);
  const lost = join(folder, `vitest-${process.pid}-lost.json`);
  const reporters = ["default", "json", join(root, "scripts", "lost-browsers.mjs")].map((name) => `--reporter=${name}`);
  const code = await run("vitest", ["run", ...reporters, `--outputFile.json=${report}`, ...args], {
    cwd: root,
    env: { ...env, CACHE_LOST_BROWSERS: lost },
    shell,
  });
  const [counts, missing] = [report, lost].map((file) => existsSync(file) && JSON.parse(readFileSync(file, "utf8")));
  for (const file of [report, lost]) rmSync(file, { force: true });
  if (!counts || !missing) return undefined;
  const { numPassedTests: passed, numFailedTests: failed, numPendingTests: skipped, numTotalTests: all, testResults } = counts;
  const failedFiles = testResults.filter(({ status }) => status === "failed").length;
  return { code, counts: { passed, failed, skipped, all }, failedFiles, lost: missing };
}

/** The Node that the workspace pins where there is one for this platform, else the one that runs this script. */
function pinnedNode() {
  const pinned = join(root, "node_modules", `node-${process.platform}-${process.arch}`, "bin", "node");
  if (existsSync(pinned)) return pinned;
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < lowestNode[0] || (major === lowestNode[0] && minor < lowestNode[1]))
    throw new Error(`Node ${process.version} is too old, and none is pinned for this platform: install ${lowestNode.join(".")} or newer.`);
  return process.execPath;
}

async function main([name = "test", ...args]) {
  const task = tasks[name];
  if (!task) throw new Error(`unknown task ${name}; there are: ${Object.keys(tasks).join(", ")}`);
  const env = { ...process.env, DO_NOT_TRACK: "1", TURBO_TELEMETRY_DISABLED: "1", TURBO_NO_UPDATE_NOTIFIER: "1" };
  // The C headers of the system's Node must not leak into what runs on another one.
  delete env.npm_config_nodedir;
  install(env);
  env.PATH = [join(root, "node_modules", ".bin"), dirname(pinnedNode()), env.PATH].join(delimiter);
  return task(env, args);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
