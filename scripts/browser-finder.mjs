// Finds the real browsers on this machine.
//
// Chromium: $CACHE_CHROMIUM, else the build inside the @sparticuz/chromium npm package (linux x64), else one on PATH.
// Firefox:  $CACHE_FIREFOX, else one on PATH.
// WebKit:   WebKitGTK's MiniBrowser with its WebKitWebDriver and a screen (or Xvfb).
import { accessSync, constants, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";

function runnable(path) {
  try {
    accessSync(path, constants.X_OK);
    return path;
  } catch {
    return undefined;
  }
}

function onPath(...names) {
  const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find(runnable);
}

/** Unpacks the Chromium that the npm package ships, once, and answers its path. */
async function packagedChromium() {
  if (process.platform !== "linux" || process.arch !== "x64") return undefined;
  const entry = createRequire(import.meta.url).resolve("@sparticuz/chromium");
  const { version } = JSON.parse(readFileSync(join(dirname(entry), "..", "package.json"), "utf8"));
  const home = join(import.meta.dirname, "..", "node_modules", ".cache", `chromium-${version}`);
  const executable = join(home, "chromium");
  if (existsSync(home)) return executable;
  // The package unpacks into os.tmpdir() and trusts whatever is there: give it an empty folder, and move that into place whole.
  const half = `${home}.${process.pid}`;
  mkdirSync(half, { recursive: true });
  const before = process.env.TMPDIR;
  process.env.TMPDIR = half;
  try {
    const { default: chromium } = await import("@sparticuz/chromium");
    chromium.setGraphicsMode = false;
    await chromium.executablePath();
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
  try {
    renameSync(half, home);
  } catch (error) {
    rmSync(half, { recursive: true, force: true });
    // Another process may have been first; its copy is as good.
    if (!existsSync(home)) throw error;
  }
  return executable;
}

const finders = {
  async chromium() {
    const executable = process.env.CACHE_CHROMIUM || (await packagedChromium()) || onPath("chromium", "chromium-browser", "google-chrome");
    return executable && { executable };
  },
  firefox() {
    const executable = process.env.CACHE_FIREFOX || onPath("firefox-esr", "firefox");
    return executable && { executable };
  },
  webkit() {
    const driver = onPath("WebKitWebDriver");
    const triplet = `${process.arch === "arm64" ? "aarch64" : "x86_64"}-linux-gnu`;
    const executable = ["4.1", "6.0"].map((api) => `/usr/lib/${triplet}/webkit2gtk-${api}/MiniBrowser`).find(runnable);
    const screen = process.env.DISPLAY || process.env.WAYLAND_DISPLAY || onPath("Xvfb");
    return driver && executable && screen && { executable, driver };
  },
};

const packages = { chromium: "chromium", firefox: "firefox-esr", webkit: "webkit2gtk-driver xvfb" };

/** Where one browser is. Throws, naming the package to install, when it isn't there. */
export async function findBrowser(name) {
  const found = await finders[name]?.();
  if (found) return { name, ...found };
  throw new Error(`No ${name} found for what runs in a browser. On Debian: apt-get install -y ${packages[name] ?? name}`);
}

/**
 * The browsers to test in. Chromium has to be there; the others are taken where they are.
 * CACHE_BROWSERS=chromium,firefox,webkit makes those, and only those, required.
 */
export async function findBrowsers() {
  const asked = process.env.CACHE_BROWSERS?.split(",").filter(Boolean);
  if (asked) return Promise.all(asked.map(findBrowser));
  const found = [await findBrowser("chromium")];
  for (const name of ["firefox", "webkit"]) {
    const hit = finders[name]();
    if (hit) found.push({ name, ...hit });
  }
  return found;
}
