/** A mistake that the user can mend: wrong arguments, a folder that isn't there. Its message is all there is to say. */
export class ExplorerError extends Error {
  override readonly name: string = "ExplorerError";
}

/** The job was ended by a signal. */
export class Interruption extends Error {
  override readonly name: string = "Interruption";
  /** How many file entries the cache holds. */
  readonly entries: number;

  constructor(entries: number) {
    super("interrupted");
    this.entries = entries;
  }
}
