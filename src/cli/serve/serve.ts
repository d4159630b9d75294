import type { Command } from "commander";
import { homeAt } from "../../vault/home.js";
import { passphraseOption, readPassphrase } from "../passphrase.js";
import { stopSignal } from "../stopSignal.js";
import { exitCouldNot, verb, wholeNumber } from "../verb.js";
import { startNode } from "./node.js";

interface ServeOptions {
  readonly home: string;
  readonly port?: number;
  readonly adminPort?: number;
  readonly passphraseFile?: string;
}

/** `frostglass serve`: vault and gateway, until Ctrl-C. */
export function addServe(program: Command): void {
  const command = program
    .command("serve")
    .description("run a holder's node: the vault (keys, database) and the gateway (network), as two processes")
    .requiredOption("--home <dir>", "the holder's home")
    .option("--port <number>", "listen here instead of where node.yaml says; 0 takes a free port", wholeNumber)
    .option("--admin-port <number>", "the same for health and metrics", wholeNumber)
    .option(...passphraseOption)
    .addHelpText("after", "\nExample:\n  frostglass serve --home ./tax --passphrase-file ./tax.pass\n");
  verb<ServeOptions>(command, async (terminal, options) => {
    const passphrase = await readPassphrase(options.passphraseFile, "Passphrase of the holder's keys: ");
    const ports = {
      ...(options.port !== undefined && { port: options.port }),
      ...(options.adminPort !== undefined && { adminPort: options.adminPort }),
    };
    const node = await startNode(homeAt(options.home), { passphrase, log: (line) => process.stderr.write(`${line}\n`), ...ports });
    terminal.say(`${terminal.style.good("serving")}  ${node.url}   ${terminal.style.dim(`health and metrics: ${node.adminUrl}`)}`);
    terminal.say(terminal.style.dim("Ctrl-C stops it after answering what is under way."));
    terminal.result({
      url: node.url,
      adminUrl: node.adminUrl,
      vaultPid: node.vaultPid,
      gatewayPid: node.gatewayPid,
      courierPid: node.courierPid,
    });
    const reason = await Promise.race([stopSignal(), node.failed]);
    await node.stop();
    if (reason === undefined) return undefined;
    process.stderr.write(`${reason}\n`);
    return exitCouldNot;
  });
}
