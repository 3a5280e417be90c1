/** The oldest Node that the packages promise to run on. */
export const lowestNodeVersion: string;
/** Packs the named packages (`core`, `lmdb` …) into `folder` and answers the tarball of each. Builds what isn't built. */
export function pack<Name extends string>(names: readonly Name[], folder: string): Promise<Record<Name, string>>;
/** Installs one packed package into a new folder below `parent`, where the other tarballs stand in for the registry's versions. */
export function installAlone<Name extends string>(name: Name, tarballs: Record<Name, string>, parent: string): Promise<string>;
/** The lowest supported Node's executable, fetched from npm once; undefined on platforms for which npm has none. */
export function lowestNode(): Promise<string | undefined>;
/** Runs a program in `folder` on the Node given and answers what it printed. Throws with its stderr when it fails. */
export function runProgram(node: string, program: string, folder: string): Promise<string>;
/** Bundles a program in `folder` for browsers and answers the code of one module. */
export function bundleProgram(program: string, folder: string): Promise<string>;
