// Launches the browsers that browser-finder.mjs finds, for programs (the benchmark, the conformance report) and for Vitest alike.
import { chromium, firefox } from "playwright";
import { findBrowser, findBrowsers } from "./browser-finder.mjs";
import { WebKitDriver } from "./webkit-driver.mjs";

const chromiumFlags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** What Playwright needs to start the Chromium or Firefox that was found. */
export function launchOptions({ name, executable }) {
  if (name === "chromium") return { executablePath: executable, args: chromiumFlags };
  // Stock Firefox speaks WebDriver BiDi; Playwright's own protocol needs its patched build.
  return {
    executablePath: executable,
    channel: "moz-firefox",
    firefoxUserPrefs: { "dom.storageManager.prompt.testing": true, "dom.storageManager.prompt.testing.allow": true },
  };
}

/** A headless Chromium as a Playwright `Browser`. The caller closes it. */
export async function launchChromium() {
  return chromium.launch(launchOptions(await findBrowser("chromium")));
}

/**
 * A headless Chromium with a profile in a folder, as a Playwright `BrowserContext`: unlike others, it keeps its storage on the disk. Its pages
 * have V8's `gc` as a global.
 */
export async function launchPersistentChromium(folder) {
  const { args, ...options } = launchOptions(await findBrowser("chromium"));
  return chromium.launchPersistentContext(folder, { ...options, args: [...args, "--js-flags=--expose-gc"] });
}

/** The names of the browsers on this machine, Chromium first. */
export async function installedBrowsers() {
  return (await findBrowsers()).map(({ name }) => name);
}

/** Any of the browsers behind one small interface: pages that open a URL and evaluate code. The caller closes it. */
export async function openBrowser(name) {
  const found = await findBrowser(name);
  if (name === "webkit") {
    const driver = new WebKitDriver(found);
    return { openPage: (url) => driver.openPage(url), close: () => driver.close() };
  }
  const browser = await { chromium, firefox }[name].launch(launchOptions(found));
  const context = await browser.newContext();
  return {
    async openPage(url) {
      const page = await context.newPage();
      await page.goto(url);
      return { evaluate: (body) => page.evaluate(`(async () => {${body}})()`), close: () => page.close() };
    },
    close: () => browser.close(),
  };
}
