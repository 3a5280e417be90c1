// Bundles a program from its sources and serves it as a page on this machine only: IndexedDB wants an origin.
import { once } from "node:events";
import { createServer } from "node:http";
import { build } from "rolldown";

/** Serves a page that runs the program in the file `input`. The caller closes the server. */
export async function servePage(input) {
  const { output } = await build({
    input,
    write: false,
    platform: "browser",
    logLevel: "warn",
    resolve: { conditionNames: ["@cache/source", "browser", "import", "default"] },
    output: { codeSplitting: false },
  });
  const body = `<!doctype html><meta charset="utf-8"><title>Program</title><script type="module">${output[0].code}</script>`;
  const server = createServer((_, response) => {
    // Isolated from other origins, the page gets a clock of 5 µs instead of 100.
    const isolation = { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" };
    response.writeHead(200, { "content-type": "text/html; charset=utf-8", ...isolation }).end(body);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
