// A Vitest browser provider for WebKitGTK.
import { defineBrowserProvider } from "@vitest/browser";
import { WebKitDriver } from "./webkit-driver.mjs";

class WebKitProvider {
  name = "webkit-webdriver";
  supportsParallelism = true;
  initScripts = [];
  #driver;

  constructor(project, options) {
    this.project = project;
    this.options = options;
    this.#driver = new WebKitDriver(options);
    // Vitest sets the viewport before each file; a WebDriver window has the size that it has.
    project.browser?.registerCommand("__vitest_viewport", () => {});
  }

  getCommandsContext() {
    return {};
  }

  async openPage(_sessionId, url) {
    await this.#driver.openPage(url);
  }

  async close() {
    await this.#driver.close();
  }
}

/** The provider for the WebKit that `findBrowser("webkit")` answered. */
export const webkit = (found) =>
  defineBrowserProvider({
    name: "webkit-webdriver",
    options: found,
    supportedBrowser: ["webkit"],
    providerFactory: (project) => new WebKitProvider(project, found),
  });
