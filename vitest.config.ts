// The test projects: Node, one per browser on this machine, and the packed tarballs as their users get them.
import { availableParallelism } from "node:os";
import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";
import type { BrowserCommand } from "vitest/node";
import { findBrowsers } from "./scripts/browser-finder.mjs";
import { launchOptions } from "./scripts/browsers.mjs";
import { webkit } from "./scripts/webkit-provider.mjs";

const source = "@cache/source";
const packed = "scripts/test/packed.test.ts";
/** What is right is not a matter of time: it passes on a busy machine, too, and a random history that fails has time to be made shorter. */
const testTimeout = 60_000;
const testFolders = ["packages/*/test", "packages/conformance/cli/test", "apps/*/test"];

/** WebKitGTK's driver opens one page at a time. That nothing is mocked there lets it run beside the other browsers. */
const webkitSettings = { test: { maxWorkers: 1 }, browser: { importMapMocks: true } };

/** Runs code in a second page of the same browser context: same origin, same storage. */
const inOtherTab: BrowserCommand<[code: string]> = async (ctx, code) => {
  const tab = await ctx.context.newPage();
  try {
    await tab.goto(new URL("/favicon.svg", ctx.page.url()).href);
    return await tab.evaluate(`(async () => {${code}})()`);
  } finally {
    await tab.close();
  }
};

export default defineConfig({
  test: {
    // Vitest leaves a core to itself, and starts one browser after the other where there are two. Much of what they do is to wait.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        ssr: { resolve: { conditions: [source, "node", "import", "module", "default"] } },
        test: {
          name: "node",
          environment: "node",
          include: [...testFolders, "scripts/test"].map((folder) => `${folder}/**/*.test.ts`),
          exclude: ["**/*.browser.test.ts", packed],
          // What a test starts as a child process finds the packages' sources too.
          execArgv: [`--conditions=${source}`],
          testTimeout,
        },
      },
      {
        test: {
          name: "packed",
          environment: "node",
          include: [packed],
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      // One project per browser: Vitest wants a single provider in each.
      ...(await findBrowsers()).map((found) => ({
        resolve: { conditions: [source, "browser", "import", "module", "default"] },
        test: {
          name: `${found.name}-project`,
          include: testFolders.map((folder) => `${folder}/**/*.browser.test.ts`),
          testTimeout,
          // Of the scenarios that may go side by side: browsers wait more than they work, but WebKit lets none starve only if there are few.
          maxConcurrency: 3,
          ...(found.name === "webkit" && webkitSettings.test),
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            ...(found.name === "webkit" && webkitSettings.browser),
            provider: found.name === "webkit" ? webkit(found) : playwright({ launchOptions: launchOptions(found) }),
            commands: { inOtherTab },
            instances: [{ browser: found.name, name: found.name }],
          },
        },
      })),
    ],
  },
});
