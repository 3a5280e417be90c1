import { openCache, table } from "@cache/idb";
import { expect, test } from "vitest";
import { commands, server } from "vitest/browser";

declare module "vitest/browser" {
  interface BrowserCommands {
    inOtherTab(source: string): Promise<unknown>;
  }
}

interface DiskV1 {
  readonly id: number;
  readonly label: string;
}

interface DiskV2 extends DiskV1 {
  readonly isOld: boolean;
}

/** What a tab has done. */
interface Done {
  readonly ups: number;
  readonly migrated: number;
  readonly found: readonly (number | undefined)[];
}

const ROWS = 400;

/** Rows that one commit looks at: what two tabs that begin at once may both work out before one of them commits. */
const IN_FLIGHT = 128;

const all = Array.from({ length: ROWS }, (_, id) => id);
const first = table<DiskV1>()({ key: "id" });

/** The program's second release, as the other tab's page gets it. */
const otherTab = `
  let ups = 0;
  const disks = table({
    key: "id",
    version: 2,
    migrate: ({ id, label }) => (ups++, { id, label, isOld: true }),
    indexes: { label: { on: "label", unique: true } },
  });
  const cache = await openCache({ name, tables: { disks } });
  try {
    const [{ migrated }] = await cache.migrate();
    const found = [];
    for (const label of ["disk 0", "disk 200", "disk 399"]) found.push((await cache.tables.disks.getBy("label", label))?.id);
    return { ups, migrated, found };
  } finally {
    await cache.close();
  }
`;

/** Opens the second release in another tab. */
async function inOtherTab(name: string): Promise<Done> {
  const source = `
    const { openCache, table } = await import("/packages/idb/src/index.ts");
    const name = ${JSON.stringify(name)};
    ${otherTab}
  `;
  // The code above gives it.
  return (await commands.inOtherTab(source)) as Done;
}

const canOpenTabs = server.provider === "playwright";

test.skipIf(!canOpenTabs)("two tabs that open a new release at once migrate and index each row once", async () => {
  const name = `releases ${crypto.randomUUID()}`;
  const before = await openCache({ name, tables: { disks: first } });
  await before.tables.disks.putMany(all.map((id) => ({ id, label: `disk ${id}` })));

  const [a, b] = await Promise.all([inOtherTab(name), inOtherTab(name)]);
  expect([a.found, b.found]).toEqual([
    [0, 200, 399],
    [0, 200, 399],
  ]);
  expect(a.migrated + b.migrated).toBe(ROWS);
  // A row is migrated once for its index and once to be rewritten. One of the two may run in each tab, and where both are at the same rows,
  // one comes too late with its commit and works them out again.
  expect(a.ups + b.ups).toBeLessThanOrEqual(3 * ROWS + IN_FLIGHT);

  await expect(before.tables.disks.put({ id: 0, label: "too old" })).rejects.toMatchObject({ code: "CACHE_VERSION" });
  await before.close();
  const second = table<DiskV2>()({ key: "id", version: 2, indexes: { label: { on: "label", unique: true } } });
  await using cache = await openCache({ name, tables: { disks: table<DiskV2>()({ key: "id", version: 2 }) } });
  expect(await cache.tables.disks.getMany(all)).toEqual(all.map((id) => ({ id, label: `disk ${id}`, isOld: true })));
  await using again = await openCache({ name, tables: { disks: second } });
  expect(await again.tables.disks.getBy("label", "disk 7")).toEqual({ id: 7, label: "disk 7", isOld: true });
});
