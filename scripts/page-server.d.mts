/** A server for one page. */
export interface PageServer {
  readonly url: string;
  close(): void;
}

/** Bundles the program in the file `input` from its sources and serves a page that runs it, on this machine only. The caller closes it. */
export function servePage(input: string): Promise<PageServer>;
