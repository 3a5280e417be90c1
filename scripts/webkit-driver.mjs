// Drives WebKitGTK's MiniBrowser through its WebKitWebDriver (W3C WebDriver), under Xvfb when there is no display.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";

const startTimeoutMs = 10_000;
const scriptTimeoutMs = 30 * 60_000;

/** A TCP port that was free a moment ago. */
async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

/** One WebDriver process and its pages, each a session (and so a profile) of its own. */
export class WebKitDriver {
  #executable;
  #driver;
  #children = [];
  #sessions = new Set();
  #base;
  #started;

  constructor({ executable, driver }) {
    this.#executable = executable;
    this.#driver = driver;
  }

  async openPage(url) {
    this.#started ??= this.#start();
    await this.#started;
    const { sessionId } = await this.#call("POST", "/session", {
      capabilities: {
        alwaysMatch: {
          browserName: "MiniBrowser",
          timeouts: { script: scriptTimeoutMs },
          "webkitgtk:browserOptions": { binary: this.#executable, args: ["--automation"] },
        },
      },
    });
    this.#sessions.add(sessionId);
    const session = `/session/${sessionId}`;
    await this.#call("POST", `${session}/url`, { url });
    return {
      evaluate: (body) => this.#evaluate(session, body),
      close: async () => {
        this.#sessions.delete(sessionId);
        await this.#call("DELETE", session);
      },
    };
  }

  async close() {
    for (const id of this.#sessions) await this.#call("DELETE", `/session/${id}`).catch(() => {});
    this.#sessions.clear();
    this.#started = undefined;
    for (const child of this.#children.splice(0).toReversed()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill();
      await once(child, "exit");
    }
  }

  async #evaluate(session, body) {
    const script = `const done = arguments[0];
      (async () => {${body}})().then((value) => done({ value }), (error) => done({ error: error + "\\n" + error?.stack }));`;
    const { value, error } = await this.#call("POST", `${session}/execute/async`, { script, args: [] });
    if (error) throw new Error(error);
    return value;
  }

  async #start() {
    const env = { ...process.env, NO_AT_BRIDGE: "1", WEBKIT_DISABLE_DMABUF_RENDERER: "1", WEBKIT_DISABLE_COMPOSITING_MODE: "1" };
    if (!env.DISPLAY && !env.WAYLAND_DISPLAY) env.DISPLAY = await this.#startScreen();
    const port = await freePort();
    this.#base = `http://127.0.0.1:${port}`;
    this.#children.push(spawn(this.#driver, [`--port=${port}`], { env, stdio: "ignore" }));
    const deadline = Date.now() + startTimeoutMs;
    while (!(await this.#ready())) {
      if (Date.now() > deadline) throw new Error(`${this.#driver} did not start within ${startTimeoutMs} ms`);
      await pause(50);
    }
  }

  /** Starts Xvfb on the first free display and answers that display's name. */
  async #startScreen() {
    const screen = spawn("Xvfb", ["-displayfd", "3", "-screen", "0", "1024x768x24", "-nolisten", "tcp"], {
      stdio: ["ignore", "ignore", "ignore", "pipe"],
    });
    this.#children.push(screen);
    await once(screen, "spawn");
    const [line] = await once(createInterface({ input: screen.stdio[3] }), "line");
    return `:${line.trim()}`;
  }

  async #ready() {
    try {
      return (await this.#call("GET", "/status")).ready;
    } catch {
      return false;
    }
  }

  async #call(method, path, body) {
    const response = await fetch(this.#base + path, { method, ...(body && { body: JSON.stringify(body) }) });
    const { value } = await response.json();
    if (!response.ok) throw new Error(`WebDriver ${method} ${path}: ${value?.error}: ${value?.message}`);
    return value;
  }
}
