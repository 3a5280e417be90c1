import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");

/** V8's collector of this process, which a flag adds to contexts made after it. */
export const collectGarbage = runInNewContext("gc") as (options: { type: "minor" | "major" }) => void;
