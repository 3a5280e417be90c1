/** Is told of work as it is done. */
export interface Meter {
  /** So many bytes of content were read. */
  read(bytes: number): void;
  /** An entry is done, of which so many bytes did not have to be, or could not be, read. */
  entry(unreadBytes: number): void;
}

/** A meter that somebody watches. */
export interface Display extends Meter {
  /** Takes away what is shown: the work is over. */
  clear(): void;
}

/** How much work there is. */
export interface Work {
  readonly entries: number;
  /** Of file content. */
  readonly bytes: number;
}
