import type { Command } from "./commands.ts";
import type { Step } from "./model-cache.ts";
import { stepsOf } from "./race-command.ts";
import { show } from "./show.ts";

/** A random history as lines of text; what a command consists of stands below it. */
export function historyText(history: readonly Command[]): string {
  return history.flatMap(linesOf).join("\n");
}

function linesOf(command: Command): readonly string[] {
  switch (command.type) {
    case "table":
    case "turn": {
      const { calls, ...rest } = command;
      return [`  ${show(rest)}`, ...calls.map((call) => `    ${show(call)}`)];
    }
    case "transaction": {
      const { steps, interference, ...rest } = command;
      const others = interference && [
        `    others before ${interference.before}, second: ${interference.second}, ${interference.ms} ms`,
        ...below(interference.steps),
      ];
      return [`  ${show(rest)}`, ...below(steps), ...(others ?? [])];
    }
    case "race":
      return ["  two at once", ...command.racers.flatMap((racer) => [`    ${racer.does}`, ...below(stepsOf(racer))])];
    case "atomic": {
      const { checks, writes, ...rest } = command;
      return [`  ${show(rest)}`, ...[...checks, ...writes].map((one) => `    ${show(one)}`)];
    }
    case "call":
    case "advance":
    case "sweep":
    case "reopen":
      return [`  ${show(command)}`];
  }
}

function below(steps: readonly Step[]): readonly string[] {
  return steps.map(({ on, call }) => `    ${on}: ${show(call)}`);
}
