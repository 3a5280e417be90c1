/** What a store can do, declared in its type: what it cannot do does not compile. */
export interface Capabilities {
  /** Whether the store answers without promises, as `openCacheSync` needs. */
  readonly sync: boolean;
  /** Whether entries outlive the process. */
  readonly durable: boolean;
  /** Who may have the same data open at once. */
  readonly shared: "none" | "tabs" | "processes";
  /** Whether the caches that have the same data open can tell each other what they do. */
  readonly watch: boolean;
}
