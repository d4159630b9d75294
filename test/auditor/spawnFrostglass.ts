import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { dist } from "../faults/processes.js";

/** Runs the command line to its end, while a server in this process goes on answering. */
export function spawnFrostglass(...args: readonly string[]): Promise<{ status: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [fileURLToPath(new URL("cli/main.js", dist)), ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const texts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].setEncoding("utf8").on("data", (text: string) => {
      texts[name] += text;
    });
  return new Promise((resolve) => child.once("close", (status) => resolve({ status, ...texts })));
}
