import type { Command } from "commander";
import { FrostglassError } from "../../../errors/error.js";
import { openAdminSession } from "../../../vault/adminSession.js";
import { homeAt, readNode } from "../../../vault/home.js";
import type { TestProgress, TestRequest } from "../../../vault/testing/testComputation.js";
import { type HomeOptions, homeVerb, loadKeyring } from "../../session.js";
import { realSurroundings } from "../../surroundings.js";
import { collect, verb, wholeNumber } from "../../verb.js";
import { compileFile, readComputationFile, schemasOf } from "../read.js";
import { testLines } from "./lines.js";

interface TestOptions extends HomeOptions {
  readonly param?: string[];
  readonly good?: string;
  readonly bad?: string;
  readonly against?: number;
}

/** `frostglass computation test`: what a manifest would say of the holder's own firms, as counts that name none of them. */
export function addTest(computation: Command): void {
  const test = homeVerb(
    computation,
    "test <file>",
    "run a manifest over all firms of this home and print counts, never a firm; the log says that it was tested",
  )
    .option("--param <name=choice>", "fix a parameter; every choice of the others is tried; may be given several times", collect)
    .option("--good <dataset.column=value>", "firms with this value turned out good, others bad: prints KS, Gini and odds (values: A,B)")
    .option("--bad <dataset.column=value>", "the same by the value of the bad ones")
    .option("--against <epoch>", "compare with an earlier epoch, by its number: prints stability indices", wholeNumber)
    .addHelpText("after", help);
  verb<TestOptions>(test, async (terminal, options, [path = ""]) => {
    const file = readComputationFile(path);
    // Mistakes are shown with their lines before the vault is asked. What is tested is the text that will be signed, so that the log names its digest.
    const { text } = compileFile(file, schemasOf({ home: options.home })).manifest;
    const request = requestOf(text, options);
    const home = homeAt(options.home);
    readNode(home);
    const session = await openAdminSession(home, () => loadKeyring(options), realSurroundings);
    try {
      const report = await session.test(request, (progress) => terminal.progress(progressLine(progress)));
      terminal.progress("");
      for (const line of testLines(report, terminal.style)) terminal.say(line);
      terminal.result(report);
      return undefined;
    } finally {
      await session.close();
    }
  });
}

const help = `
Counts of fewer than 10 firms (or what the policy's testing.least_cell says) are
hidden, with what would give them away; the others are rounded.

Example:
  frostglass computation test sales-continuity.yaml --home ./tax
  frostglass computation test scorecard.yaml --home ./bank --bad loans.status=charged_off --against 3
`;

/** Throws `parameters-invalid` and `test-column-invalid` for an option that cannot be read. */
function requestOf(text: string, { param = [], good, bad, against }: TestOptions): TestRequest {
  if (good !== undefined && bad !== undefined)
    throw new FrostglassError("test-column-invalid", "Give --good or --bad, not both: whoever is not the one is the other.");
  return {
    text,
    parameters: Object.fromEntries(param.map(parameterOf)),
    ...(good === undefined ? {} : { results: resultsOf(good, "good") }),
    ...(bad === undefined ? {} : { results: resultsOf(bad, "bad") }),
    ...(against === undefined ? {} : { against }),
  };
}

function parameterOf(text: string): readonly [string, string] {
  const at = text.indexOf("=");
  if (at < 1) throw new FrostglassError("parameters-invalid", "A parameter is written NAME=CHOICE.");
  return [text.slice(0, at), text.slice(at + 1)];
}

function resultsOf(text: string, means: "good" | "bad"): TestRequest["results"] {
  const match = /^([^.=]+)\.([^.=]+)=(.+)$/.exec(text);
  const [, dataset, column, values] = match ?? [];
  if (dataset === undefined || column === undefined || values === undefined)
    throw new FrostglassError("test-column-invalid", "How firms turned out is written DATASET.COLUMN=VALUE, or VALUE,VALUE for several.");
  return { dataset, column, values: values.split(","), means };
}

const barWidth = 30;

function progressLine({ done, of }: TestProgress): string {
  const filled = Math.round((done / of) * barWidth);
  return `${"█".repeat(filled)}${"░".repeat(barWidth - filled)} ${String(Math.floor((100 * done) / of)).padStart(3)} %  of the firms`;
}
