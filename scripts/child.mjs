// Runs a program as if it were this process: same terminal, same signals, same end.
import { spawn } from "node:child_process";
import { isatty } from "node:tty";

/**
 * Runs `command` to its end and answers its exit code.
 *
 * A Ctrl-C on a terminal reaches the program by itself (it is in the same process group), so it is only waited for here. A signal sent
 * to this process alone is handed on. A program that a signal ended ends this process by the same signal.
 */
export async function run(command, args, options) {
  const child = spawn(command, args, { stdio: "inherit", ...options });
  const onTerminal = [0, 1, 2].some((descriptor) => isatty(descriptor));
  const handOn = (signal) => {
    if (signal !== "SIGINT" || !onTerminal) child.kill(signal);
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) process.on(signal, handOn);
  const { code, signal } = await new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (status, endedBy) => resolve({ code: status, signal: endedBy }));
  });
  for (const name of signals) process.off(name, handOn);
  if (signal) {
    process.kill(process.pid, signal);
    // The signal is delivered asynchronously: keep the process there for it.
    await new Promise(() => setInterval(() => {}, 1_000));
  }
  return code;
}
