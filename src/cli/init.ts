import { type Command, Option } from "commander";
import { chooseComputations, homeFilesFor } from "../library/library.js";
import { samplePolicy } from "../sample/index.js";
import { createHome } from "../vault/createHome.js";
import type { NodeConfiguration } from "../vault/home.js";
import { readText } from "./files.js";
import { writeHomeFiles } from "./library.js";
import { passphraseOption, readNewPassphrase } from "./passphrase.js";
import { realSurroundings } from "./surroundings.js";
import { verb, wholeNumber } from "./verb.js";

interface InitOptions {
  readonly name: string;
  readonly environment: NodeConfiguration["environment"];
  readonly port: number;
  readonly with: readonly string[];
  readonly succeeds?: string;
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
    .option("--with <ids>", "which ready computations to begin with, as `frostglass library list` names them", commaList, [
      "sales-continuity",
    ])
    .option("--succeeds <checkpoint>", "the last signed checkpoint of a log that was retired: the new log names it in its first entry")
    .option(...passphraseOption)
    .addHelpText("after", "\nExample:\n  frostglass init ./power --name power.example --with utility-arrears,payment-delay\n");
  verb<InitOptions>(command, async (terminal, { name, environment, port, with: ids, succeeds, passphraseFile }, [dir = ""]) => {
    const computations = chooseComputations(ids);
    const passphrase = await readNewPassphrase(passphraseFile);
    const now = realSurroundings.now();
    const old = succeeds === undefined ? undefined : readText(succeeds);
    await createHome({ dir, holder: name, environment, port, adminPort: port + 1, passphrase, policy: samplePolicy(), succeeds: old, now });
    writeHomeFiles(dir, homeFilesFor(computations));
    const { good, dim } = terminal.style;
    terminal.say(`${good("made")}  ${dir}, the home of ${name}`);
    terminal.say(`  datasets/, mappings/, computations/   ${ids.join(", ")}: change them to fit your files`);
    terminal.say(
      `  policy.yaml                           name your reviewers and consent issuers, then: frostglass policy set --home ${dir}`,
    );
    terminal.say(`  keys/holder.keys                      sealed; back it up together with vault.db and epochs/`);
    terminal.say(dim(`next  frostglass import FILE.csv --home ${dir} --dataset ${computations[0]?.datasets[0]} --dry-run`));
    terminal.result({ home: dir, holder: name });
    return undefined;
  });
}

function commaList(text: string): string[] {
  return text.split(",").map((each) => each.trim());
}
