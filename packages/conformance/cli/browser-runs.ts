import { fileURLToPath } from "node:url";
import type { FaceReport } from "@cache/conformance";
import { installedBrowsers, openBrowser } from "../../../scripts/browsers.mjs";
import { servePage } from "../../../scripts/page-server.mjs";
import type { Run } from "./run.ts";

const stores = ["memory", "idb"];

/** Runs the suite in all browsers of this machine; Chromium has to be there. Gives the runs as they end. */
export async function* browserRuns(): AsyncGenerator<Run> {
  const server = await servePage(fileURLToPath(new URL("./browser-page.ts", import.meta.url)));
  try {
    for (const runtime of await installedBrowsers()) {
      const browser = await openBrowser(runtime);
      try {
        for (const store of stores) {
          const page = await browser.openPage(server.url);
          // The page is ours: this is what its `runSuite` gives.
          const reports = (await page.evaluate(`return runSuite(${JSON.stringify(store)})`)) as FaceReport[];
          await page.close();
          for (const report of reports) yield { ...report, runtime };
        }
      } finally {
        await browser.close();
      }
    }
  } finally {
    server.close();
  }
}
