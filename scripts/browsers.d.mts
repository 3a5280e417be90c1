import type { Browser, BrowserContext, LaunchOptions } from "playwright";
import type { BrowserName, FoundBrowser } from "./browser-finder.mjs";

/** One page of an opened browser. */
export interface BrowserPage {
  /** Runs the body of an async function in the page and answers what it returns, as JSON would carry it. */
  evaluate(body: string): Promise<unknown>;
  close(): Promise<void>;
}

/** A running browser. Its pages share storage (in WebKit each page has its own), and nothing of it outlives `close`. */
export interface OpenedBrowser {
  /** Opens a page and waits for its `load` event. */
  openPage(url: string): Promise<BrowserPage>;
  close(): Promise<void>;
}

/** What Playwright needs to start the Chromium or Firefox that was found. */
export function launchOptions(found: FoundBrowser): LaunchOptions;
/** A headless Chromium. The caller closes it. Throws, naming the package to install, when there is none. */
export function launchChromium(): Promise<Browser>;
/**
 * A headless Chromium whose one context keeps its storage in `folder`, on the disk; other contexts keep it in memory. The caller closes it.
 * Throws like `launchChromium`.
 */
export function launchPersistentChromium(folder: string): Promise<BrowserContext>;
/** The names of the browsers on this machine, Chromium first. */
export function installedBrowsers(): Promise<BrowserName[]>;
/** Any browser behind one small interface. The caller closes it. Throws, naming the package to install, when it isn't there. */
export function openBrowser(name: BrowserName): Promise<OpenedBrowser>;
