import type { Watch } from "@cache/core/spi";

/** Whether the runtime carries word between tabs. */
export const canWatch: boolean = typeof BroadcastChannel !== "undefined";

/** The way to all others that have a database of the origin open, be it in other tabs or in this one. */
export function watchDatabase(name: string, hear: (message: unknown) => void): Watch {
  const channel = new BroadcastChannel(`@cache/idb ${name}`);
  channel.addEventListener("message", ({ data }) => hear(data));
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- that is of windows; a channel reaches its own origin alone
  return { say: (message) => channel.postMessage(message), stop: () => channel.close() };
}
