import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Command } from "commander";
import { FrostglassError } from "../errors/error.js";
import { chooseComputations, type HomeFile, homeFilesFor, libraryComputations, libraryFolder } from "../library/library.js";
import { homeAt, readNode } from "../vault/home.js";
import { verb } from "./verb.js";

interface CopyOptions {
  readonly home: string;
}

/** `frostglass library`: ready computations, each with the datasets that it reads. */
export function addLibrary(program: Command): void {
  const library = program.command("library").description("ready computations for small-firm credit: list them, copy them into a home");
  addList(library);
  addCopy(library);
}

function addList(library: Command): void {
  const list = library
    .command("list")
    .description("list the ready computations and the datasets that each reads")
    .addHelpText("after", "\nExample:\n  frostglass library list\n");
  verb(list, async (terminal) => {
    const computations = libraryComputations();
    const { bold, dim } = terminal.style;
    for (const { id, title, datasets } of computations) {
      terminal.say(`${bold(id.padEnd(20))}  ${title.en}${title.zh === undefined ? "" : `   ${title.zh}`}`);
      terminal.say(dim(`${" ".repeat(20)}  reads ${datasets.join(", ")}`));
    }
    terminal.say(dim(`why each is as it is: ${join(libraryFolder, "computations")}/ID/README.md`));
    terminal.result(computations.map(({ id, title, datasets }) => ({ id, title, datasets })));
    return undefined;
  });
}

function addCopy(library: Command): void {
  const copy = library
    .command("copy <ids...>")
    .description("copy computations into a home, with schema and mapping of each dataset that they read")
    .requiredOption("--home <dir>", "the holder's home")
    .addHelpText("after", "\nExample:\n  frostglass library copy utility-arrears payment-delay --home ./power\n");
  verb<CopyOptions>(copy, async (terminal, { home }, ids) => {
    readNode(homeAt(home));
    const written = writeHomeFiles(home, homeFilesFor(chooseComputations(ids)));
    for (const path of written) terminal.say(`${terminal.style.good("copied")}  ${join(home, path)}`);
    if (written.length === 0) terminal.say("All of it was there already.");
    terminal.say(
      terminal.style.dim(
        `next  fit the mappings to your files; frostglass computation check ${home}/computations/${ids[0]}.yaml --home ${home}`,
      ),
    );
    terminal.result({ home, written });
    return undefined;
  });
}

/**
 * Writes files into a home and gives the paths of those that were not there. A file that says the same already is left alone; where one says something
 * else, nothing is written at all. Throws `library-file-differs`.
 */
export function writeHomeFiles(dir: string, files: readonly HomeFile[]): readonly string[] {
  const missing = files.filter(({ path }) => !existsSync(join(dir, path)));
  const other = files.find((file) => !missing.includes(file) && readFileSync(join(dir, file.path), "utf8") !== file.text);
  if (other !== undefined) {
    const message = `There is another file ${join(dir, other.path)} already; nothing was copied.`;
    throw new FrostglassError("library-file-differs", message);
  }
  for (const { path, text } of missing) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text, { flag: "wx" });
  }
  return missing.map(({ path }) => path);
}
