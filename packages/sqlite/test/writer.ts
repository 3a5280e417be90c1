import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";

/** What a writer process tells. */
export type WriterMessage = "open" | "half" | "done";

/** How often a writer goes through its list of writes. */
export const ROUNDS = 60;

/** What the writers' last write to one of their own keys set: small in most rounds, kept in a blob in others. */
export function ownValue(writer: number, round: number): unknown {
  return { writer, round, text: "x".repeat(round % 5 === 0 ? 1000 : 10) };
}

/** Starts a writer process, which opens the file and then waits for a message. One that is to be killed writes until it is. */
export function startWriter(path: string, writer: number, isToBeKilled: boolean): ChildProcess {
  return fork(new URL("./writer-process.ts", import.meta.url), [path, String(writer), ...(isToBeKilled ? ["endless"] : [])], {
    execPath: process.execPath,
    execArgv: ["--conditions=@cache/source"],
  });
}

/** Waits until a writer tells something. Fails when it ends instead. */
export async function told(writer: ChildProcess, message: WriterMessage): Promise<void> {
  const exit = new AbortController();
  const onExit = (code: number | null, signal: string | null): void =>
    exit.abort(new Error(`a writer ended with ${signal ?? code} before it told "${message}"`));
  writer.once("exit", onExit);
  try {
    for (;;) {
      const [word] = (await once(writer, "message", { signal: exit.signal })) as [WriterMessage];
      if (word === message) return;
    }
  } catch (error) {
    throw exit.signal.reason ?? error;
  } finally {
    writer.off("exit", onExit);
  }
}

/** Waits for the end of a process. */
export async function ended(writer: ChildProcess): Promise<{ code: number | null; signal: string | null }> {
  if (writer.exitCode === null && writer.signalCode === null) await once(writer, "exit");
  return { code: writer.exitCode, signal: writer.signalCode };
}
