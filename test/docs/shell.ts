import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";

/** What a block of commands printed, standard error included, and the exit code of the last command in it that failed; 0 when none did. */
export interface Ran {
  readonly output: string;
  readonly code: number;
}

const marker = "=== end of block, code";

/** One shell that runs block after block, as a reader types them: folder, variables and functions stay. */
export class Shell {
  readonly #bash: ChildProcessWithoutNullStreams;
  readonly #ended: Promise<number | null>;
  #output = "";
  #arrived: () => void = () => undefined;

  constructor(folder: string, env: NodeJS.ProcessEnv) {
    this.#bash = spawn("bash", ["--noprofile", "--norc"], { cwd: folder, env });
    this.#ended = new Promise((resolve) => this.#bash.once("close", resolve));
    this.#bash.stdout.on("data", (chunk: Buffer) => {
      this.#output += chunk.toString("utf8");
      this.#arrived();
    });
    this.#bash.stdin.write("set -o pipefail; trap 'failed=$?' ERR\n");
  }

  /** Runs a block and resolves when its last command has ended. Rejects when the shell itself ends. */
  async run(commands: string): Promise<Ran> {
    this.#output = "";
    this.#bash.stdin.write(`failed=0\n{\n${commands}\n} </dev/null 2>&1\nprintf '\\n%s %d\\n' '${marker}' "$failed"\n`);
    const end = await Promise.race([this.#end(), this.#ended]);
    if (typeof end !== "object") throw new Error(`the shell ended with code ${end}:\n${this.#output}`);
    return { output: this.#output.slice(0, end?.index), code: Number(end?.[1]) };
  }

  #end(): Promise<RegExpExecArray | null> {
    return new Promise((resolve) => {
      this.#arrived = () => {
        const found = new RegExp(`\\n${marker} (\\d+)\\n$`).exec(this.#output);
        if (found !== null) resolve(found);
      };
    });
  }

  async close(): Promise<void> {
    this.#bash.stdin.end();
    await this.#ended;
  }
}
