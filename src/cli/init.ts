import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Command, Option } from "commander";
import { samplePolicy, starterFiles } from "../sample/index.js";
import { createHome } from "../vault/createHome.js";
import type { NodeConfiguration } from "../vault/home.js";
import { passphraseOption, readNewPassphrase } from "./passphrase.js";
import { realSurroundings } from "./surroundings.js";
import { verb, wholeNumber } from "./verb.js";

interface InitOptions {
  readonly name: string;
  readonly environment: NodeConfiguration["environment"];
  readonly port: number;
  readonly passphraseFile?: string;
}

/** `frostglass init`: a holder's home, with one example of everything that the holder will write. */
export function addInit(program: Command): void {
  const command = program
    .command("init <dir>")
    .description("make a holder's home: node.yaml, sealed keys, empty log, an example dataset, mapping and computation")
    .requiredOption("--name <name>", "the holder's name, such as tax.example; also the name of its log")
    .addOption(new Option("--environment <kind>", "stands in every answer").choices(["production", "test", "demo"]).default("production"))
    .option("--port <number>", "where the gateway will listen", wholeNumber, 8440)
    .option(...passphraseOption)
    .addHelpText("after", "\nExample:\n  frostglass init ./tax --name tax.example\n");
  verb<InitOptions>(command, async (terminal, { name, environment, port, passphraseFile }, [dir = ""]) => {
    const passphrase = await readNewPassphrase(passphraseFile);
    const now = realSurroundings.now();
    await createHome({ dir, holder: name, environment, port, adminPort: port + 1, passphrase, policy: samplePolicy(), now });
    for (const { path, text } of starterFiles()) writeStarter(join(dir, path), text);
    const { good, dim } = terminal.style;
    terminal.say(`${good("made")}  ${dir}, the home of ${name}`);
    terminal.say(`  datasets/, mappings/, computations/   an example each: change them to fit your files`);
    terminal.say(
      `  policy.yaml                           name your reviewers and consent issuers, then: frostglass policy set --home ${dir}`,
    );
    terminal.say(`  keys/holder.keys                      sealed; back it up together with vault.db and epochs/`);
    terminal.say(dim(`next  frostglass import FILE.csv --home ${dir} --dataset vat-sales --dry-run`));
    terminal.result({ home: dir, holder: name });
    return undefined;
  });
}

function writeStarter(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { flag: "wx" });
}
