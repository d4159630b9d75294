import { statSync } from "node:fs";
import { type Command, InvalidArgumentError, Option } from "commander";
import { bindManifest, checkManifest } from "../../computations/binding/bindManifest.js";
import { readCsv } from "../../computations/exchange/csv/readCsv.js";
import { writeCsv } from "../../computations/exchange/csv/writeCsv.js";
import type { ExchangedCard } from "../../computations/exchange/exchangedCard.js";
import { withoutIdleLines } from "../../computations/exchange/idleLines.js";
import { intoManifest, type Replaced } from "../../computations/exchange/intoManifest.js";
import { named } from "../../computations/exchange/names.js";
import { readPmml } from "../../computations/exchange/pmml/readPmml.js";
import { writePmml } from "../../computations/exchange/pmml/writePmml.js";
import { skeletonOf } from "../../computations/exchange/skeleton.js";
import { parseManifest } from "../../computations/manifest/manifest.js";
import { formatProblem } from "../../computations/syntax/problems.js";
import { FrostglassError } from "../../errors/error.js";
import { identifierPattern } from "../../model/names.js";
import { readText, writeNew } from "../files.js";
import type { Terminal } from "../terminal.js";
import { exitDoesNotHold, verb } from "../verb.js";
import { readComputationFile, type SchemaOptions, schemasOf, withSchemas } from "./read.js";

type Format = "csv" | "pmml";

interface ImportOptions extends SchemaOptions {
  readonly into?: string;
  readonly out: string;
  readonly format?: Format;
  readonly rename?: ReadonlyMap<string, string>;
}

interface ExportOptions extends SchemaOptions {
  readonly out: string;
  readonly format?: Format;
}

const bins = `
A table has a row a bin; the first that fits gives the points:
  variable,bin,points,reason
  basepoints,,300,             the points that everyone starts from
  months,>= 18,60,             also > 18, <= 18, < 18
  months,"[12, 18)",30.5,R1    from 12 to below 18; ( and ] likewise; inf, -inf
  months,otherwise,0,R2        every other value, but not a missing one
  grade,"{A, B}",20,           one of these values; {A} for one
  grade,missing,no_record,     no value: no points, no-record, or points
`;

const importHelp = `${bins}
PMML 4.1 to 4.4: the one Scorecard of the document; its fields are features.
What a manifest cannot say exactly is refused with its line.

Examples:
  frostglass computation import-scorecard card.csv --into sme-scorecard.yaml --out sme-scorecard-2.yaml
  frostglass computation import-scorecard model.pmml --into sme-scorecard.yaml --home ./tax --rename "Firm Age=firm_age" --out new.yaml
  frostglass computation import-scorecard model.pmml --out to-complete.yaml
`;

const exportHelp = `${bins}
Examples:
  frostglass computation export-scorecard sme-scorecard.yaml --out card.csv
  frostglass computation export-scorecard sme-scorecard.yaml --home ./tax --out model.pmml
`;

/** `import-scorecard` and `export-scorecard`: a scorecard from a risk team's tools into a manifest, and back. */
export function addExchange(computation: Command): void {
  const format = () => new Option("--format <format>", "what the file is (default: by its name)").choices(["csv", "pmml"]);
  const taken = withSchemas(computation.command("import-scorecard <file>"))
    .description("put the scorecard of a CSV table or a PMML document into a manifest")
    .requiredOption("--out <file>", "the manifest that is written; it must not exist yet")
    .option("--into <manifest>", "the manifest whose scorecard it replaces; without it, a manifest to complete is written")
    .option("--rename <variable=feature>", "call a variable of the file by the name of a feature; may be given several times", rename)
    .addOption(format())
    .addHelpText("after", importHelp);
  verb<ImportOptions>(taken, async (terminal, options, [path = ""]) => takeScorecard(terminal, options, path));
  const given = withSchemas(computation.command("export-scorecard <manifest>"))
    .description("write the scorecard of a manifest as a CSV table or a PMML 4.4 document")
    .requiredOption("--out <file>", "the file that is written; it must not exist yet")
    .addOption(format())
    .addHelpText("after", exportHelp);
  verb<ExportOptions>(given, async (terminal, options, [path = ""]) => giveScorecard(terminal, options, path));
}

function takeScorecard(terminal: Terminal, options: ImportOptions, path: string): number | undefined {
  const format = options.format ?? formatOf(path);
  const source = readSmall(path);
  const card = named(format === "csv" ? readCsv(source) : readPmml(source), options.rename ?? new Map());
  return options.into === undefined
    ? writeSkeleton(terminal, options, card, path)
    : replaceScorecard(terminal, options, card, options.into);
}

function writeSkeleton(terminal: Terminal, { out }: ImportOptions, card: ExchangedCard, path: string): undefined {
  const stem = (path.split("/").at(-1) ?? "").replace(/\.[a-z]+$/i, "").toLowerCase();
  writeNew(out, skeletonOf(card, identifierPattern.test(stem) ? stem : "imported-scorecard"));
  terminal.say(`${terminal.style.good("written")}  ${out}: ${counted(card.characteristics.length)}`);
  sayLeftOut(terminal, card);
  terminal.say(`${terminal.style.dim("next")}  complete it where it says so, then: frostglass computation check ${out} --home DIR`);
  terminal.result({ out, variables: card.characteristics.length, leftOut: card.leftOut });
  return undefined;
}

function replaceScorecard(terminal: Terminal, options: ImportOptions, card: ExchangedCard, into: string): number | undefined {
  const schemas = options.home === undefined && options.schema === undefined ? undefined : schemasOf(options);
  const before = readComputationFile(into).text;
  let replaced = intoManifest(card, before);
  const mistakes = schemas === undefined ? [] : mistakesOf(replaced, schemas);
  if (schemas !== undefined && mistakes.length === 0)
    replaced = intoManifest(withoutIdleLines(card, bindManifest(replaced.manifest, schemas)), before);
  writeNew(options.out, replaced.text);
  const { good, bad, dim } = terminal.style;
  const { kept, unexplained } = replaced;
  terminal.say(`${good("written")}  ${options.out}: ${counted(card.characteristics.length)}`);
  if (kept.length > 0) terminal.say(`  kept      ${kept.join(" and ")}, which ${options.format ?? "the file"} does not say`);
  sayLeftOut(terminal, card);
  if (unexplained.length > 0) terminal.say(`  to write  a text under reasons: for ${unexplained.join(", ")}`);
  for (const mistake of mistakes) terminal.say(`  ${bad("mistake")}   ${mistake}`);
  terminal.say(`${dim("next")}  give it a new version, then: frostglass computation check ${options.out} --home DIR`);
  terminal.result({ out: options.out, variables: card.characteristics.length, kept, leftOut: card.leftOut, unexplained, mistakes });
  return mistakes.length > 0 ? exitDoesNotHold : undefined;
}

function mistakesOf({ manifest }: Replaced, schemas: ReturnType<typeof schemasOf>): readonly string[] {
  return checkManifest(manifest, schemas)
    .filter(({ severity }) => severity === "mistake")
    .map(formatProblem);
}

function sayLeftOut(terminal: Terminal, { leftOut }: ExchangedCard): void {
  for (const each of leftOut) terminal.say(`  left out  ${each}`);
}

function giveScorecard(terminal: Terminal, options: ExportOptions, path: string): undefined {
  const format = options.format ?? formatOf(options.out);
  const manifest = parseManifest(readComputationFile(path).text);
  if (manifest.scorecard === undefined) throw new FrostglassError("scorecard-missing", "The manifest has no scorecard.");
  if (format === "pmml" && options.home === undefined && options.schema === undefined)
    throw new FrostglassError(
      "scorecard-schemas-missing",
      "PMML says of each feature whether it is a number or a word, which only the dataset schemas know.",
    );
  writeNew(options.out, format === "csv" ? writeCsv(manifest.scorecard) : writePmml(manifest, bindManifest(manifest, schemasOf(options))));
  const variables = manifest.scorecard.characteristics.length;
  terminal.say(`${terminal.style.good("written")}  ${options.out}: ${counted(variables)}`);
  terminal.result({ out: options.out, format, variables });
  return undefined;
}

function counted(variables: number): string {
  return variables === 1 ? "1 variable" : `${variables} variables`;
}

function formatOf(path: string): Format {
  if (/\.csv$/i.test(path)) return "csv";
  if (/\.(?:pmml|xml)$/i.test(path)) return "pmml";
  throw new FrostglassError("scorecard-format-unknown", `The name ${path} ends neither in .csv nor in .pmml or .xml.`);
}

/** A scorecard is small; what is larger is not read at all. */
function readSmall(path: string): string {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size > 4 * 1024 * 1024) throw new FrostglassError("scorecard-too-long", `The file ${path} has ${size} bytes.`);
  return readText(path);
}

function rename(value: string, before: ReadonlyMap<string, string> = new Map()): ReadonlyMap<string, string> {
  const at = value.lastIndexOf("=");
  if (at < 1 || at === value.length - 1) throw new InvalidArgumentError("It has to be VARIABLE=feature.");
  return new Map([...before, [value.slice(0, at), value.slice(at + 1)]]);
}
