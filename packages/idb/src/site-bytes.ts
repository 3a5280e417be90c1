/** What some browsers tell beside the whole. */
interface DetailedEstimate extends StorageEstimate {
  readonly usageDetails?: { readonly indexedDB?: number };
}

/**
 * How many bytes the site takes on this machine: of its databases where the browser tells them apart, else of all it keeps; `undefined` where
 * the browser won't tell. Browsers round, some on purpose.
 */
export async function siteBytes(): Promise<number | undefined> {
  try {
    const estimate: DetailedEstimate | undefined = await navigator.storage?.estimate?.();
    return estimate?.usageDetails?.indexedDB ?? estimate?.usage;
  } catch {
    return undefined;
  }
}
