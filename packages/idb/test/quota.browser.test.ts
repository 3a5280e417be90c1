import { openCache } from "@cache/idb";
import { afterEach, expect, test } from "vitest";
import { cdp, server } from "vitest/browser";

const origin = location.origin;

// What Vitest's session does is Chromium's to say.
const inspector = (): { send(method: string, parameters: object): Promise<unknown> } => cdp() as ReturnType<typeof inspector>;

/** Sets how many bytes Chromium grants the page's origin; without a number, as it sees fit. */
async function grant(quotaSize?: number): Promise<void> {
  await inspector().send("Storage.overrideQuotaForOrigin", { origin, ...(quotaSize !== undefined && { quotaSize }) });
}

afterEach(async () => {
  if (server.browser === "chromium") await grant();
});

test.skipIf(server.browser !== "chromium")("a full quota is CACHE_FULL, leaves the old entry, and passes", async () => {
  // Chromium remembers how much room it found, for as long as it keeps the origin's databases open.
  await inspector().send("Storage.clearDataForOrigin", { origin, storageTypes: "indexeddb" });
  await grant(3_000_000);
  await using cache = await openCache({ name: `quota ${crypto.randomUUID()}` });
  await cache.set("kept", -1);
  const growing = async (): Promise<void> => {
    for (let at = 0; at < 100; at++)
      await cache.setMany([
        ["kept", at],
        [["large", at], crypto.getRandomValues(new Uint8Array(60_000))],
      ]);
  };
  await expect(growing()).rejects.toMatchObject({
    code: "CACHE_FULL",
    message: expect.stringMatching(/Nothing was changed.*counts \d+ bytes of \d+/),
  });
  // As many were written as the last one kept says: the write that failed left no trace.
  const written = ((await cache.get("kept")) as number) + 1;
  expect(written).toBeGreaterThan(0);
  expect(await Promise.all([cache.size, cache.stats()])).toMatchObject([written + 1, { entries: written + 1 }]);
  await grant();
  await cache.set("kept", "after");
  expect(await cache.get("kept")).toBe("after");
});
