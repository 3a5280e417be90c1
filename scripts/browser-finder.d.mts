export type BrowserName = "chromium" | "firefox" | "webkit";

/** Where a browser is, and for WebKit where its WebDriver is. */
export interface FoundBrowser {
  name: BrowserName;
  executable: string;
  driver?: string;
}

/** Where one browser is. Throws, naming the package to install, when it isn't there. */
export function findBrowser(name: BrowserName): Promise<FoundBrowser>;
/** The browsers to test in: Chromium and what else is there, or exactly those of `CACHE_BROWSERS`. */
export function findBrowsers(): Promise<FoundBrowser[]>;
