/** Runs one command in the terminal's own streams and ends this process as the command ended. */
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { fail } from "./ensure.mjs";

const passedOn = ["SIGINT", "SIGTERM", "SIGHUP"];

/** `args` run under this Node. A signal to this process goes to the command, which decides how to end. */
export function runNode(args, options = {}) {
  const child = spawn(process.execPath, args, { stdio: "inherit", cwd: options.cwd ?? process.cwd() });
  for (const signal of passedOn) process.on(signal, () => passOn(child, signal));
  child.on("error", (error) => fail(`${args[0]} could not be started: ${error.message}`));
  child.on("exit", (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}

/** Ctrl-C in a terminal reaches the whole process group, the command included: then there is nothing to pass on. */
function passOn(child, signal) {
  if (signal === "SIGINT" && process.stdin.isTTY) return;
  child.kill(signal);
}
