// A Vitest reporter: writes into the file that $CACHE_LOST_BROWSERS names which browsers were started and never heard of, and how many other
// errors there were outside of tests. dev.mjs starts those browsers once more: now and then one hangs at its start, which says nothing of our code.
import { writeFileSync } from "node:fs";

/** What Vitest says of a browser whose page never called back. Its name stands in brackets. */
const lost = /^Failed to connect to the browser session .*\[(\w+)\]/;

export default class LostBrowsers {
  onTestRunEnd(_modules, errors) {
    const names = errors.map(({ message }) => lost.exec(message ?? "")?.[1]);
    const browsers = [...new Set(names.filter((name) => name !== undefined))];
    const file = process.env.CACHE_LOST_BROWSERS;
    if (file) writeFileSync(file, JSON.stringify({ browsers, others: names.filter((name) => name === undefined).length }));
  }
}
