import type { Database } from "better-sqlite3";
import type { Statements } from "./statements.ts";

/** Taken when the module loads, lest a test's fake timers keep a read transaction open. */
const afterThisTurn = setImmediate;

/**
 * The read transaction that the reads of one turn of the event loop share: they see one snapshot, and cost half of what they would each in
 * a transaction of its own. A commit ends it early.
 */
export class ReadTurn {
  readonly #database: Database;
  readonly #statements: Statements;
  #isOpen = false;
  #ends = false;

  constructor(database: Database, statements: Statements) {
    this.#database = database;
    this.#statements = statements;
  }

  /** To be called before each read. */
  begin(): void {
    if (this.#isOpen) return;
    this.#statements.begin.run();
    this.#isOpen = true;
    if (this.#ends) return;
    this.#ends = true;
    afterThisTurn(this.#endTurn);
  }

  /** Lets the next read see what was committed meanwhile. */
  end(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    // Some errors end a transaction by themselves.
    if (this.#database.inTransaction) this.#statements.commit.run();
  }

  readonly #endTurn = (): void => {
    this.#ends = false;
    if (this.#database.open) this.end();
  };
}
