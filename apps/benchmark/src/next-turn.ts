/** Ends this turn of the event loop; settles in a later one. */
export const nextTurn: () => Promise<void> = typeof setImmediate === "function" ? afterImmediate : afterMessage();

function afterImmediate(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** The quickest way to another turn in a browser: `setTimeout` waits for 4 ms when it is called again and again. */
function afterMessage(): () => Promise<void> {
  const { port1, port2 } = new MessageChannel();
  const waiting: (() => void)[] = [];
  port1.addEventListener("message", () => waiting.shift()?.());
  port1.start();
  return () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      port2.postMessage(undefined);
    });
}
