import type { BrowserProviderOption } from "vitest/node";
import type { FoundBrowser } from "./browser-finder.mjs";

/** The provider for the WebKit that `findBrowser("webkit")` answered. */
export function webkit(found: FoundBrowser): BrowserProviderOption;
