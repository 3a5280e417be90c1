import type { StoredEntry } from "./entry.ts";
import { unsealPlain } from "./value-codec.ts";

/** How long others leave some work to whoever last said to be at it, in milliseconds. */
export const LEASE_MS = 10_000;

/** Who works on something, and until when that is to be believed, in epoch milliseconds: what a row of the system table says of it. */
export interface Lease {
  readonly owner: string;
  readonly until: number;
}

/** A name for an owner of leases. Chance makes two differ. */
export function leaseOwner(): string {
  return `${Math.random()}${Math.random()}`;
}

/** Whether somebody is at work. Whose claim reaches further than claims do had another clock, and may never come back to it. */
export function isClaimed({ until }: Pick<Lease, "until">, now: number): boolean {
  return until > now && until <= now + LEASE_MS;
}

/** What a row of the system table says of some work; nothing when it is damaged: work is begun anew rather than never again. */
export function claimIn(stored: StoredEntry | undefined): unknown {
  if (!stored) return undefined;
  try {
    return unsealPlain(stored.value);
  } catch {
    return undefined;
  }
}
