import { equal } from "../assert.ts";
import { exported, inMemory, joined } from "../copies.ts";
import { FakeClock } from "../fake-clock.ts";
import { programTables, runProgram } from "../program.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";

/**
 * SHA-256 of the export of all that the program leaves and was answered. It changes when the program, the values' format or the export's
 * does, and may differ on no store, runtime or face.
 */
const DIGEST = "69177aee2eebd04c56ca02c32a222a6f44c0ce2d3914c368fb06c28fdad35386";

/** One program gives the same rows in the same order wherever it runs. */
export const sameEverywhereSuite: readonly CacheScenario[] = [
  cacheScenario(
    "transfer/same-everywhere",
    "one program is answered the same on every store, and leaves the same bytes to export",
    async ({ face, clock, root }) => {
      const listing = await runProgram(root, clock);
      const other = { face, clock: new FakeClock() };
      const memory = await inMemory(other, { tables: programTables });
      equal(listing, await runProgram(memory, other.clock), "what the program was answered, next to what it is in memory");
      // So the digest is of the listing, too.
      await root.set(["listing"], listing);
      await memory.set(["listing"], listing);
      const bytes = joined(await exported(root, { versions: false }));
      equal(joined(await exported(memory, { versions: false })), bytes, "the export from memory");
      equal(await digest(bytes), DIGEST, "the digest of the export");
      await memory.close();
    },
    { options: { tables: programTables } },
  ),
];

async function digest(bytes: Uint8Array): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", Uint8Array.from(bytes)));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
