import type { Command } from "commander";
import { formatInstant } from "../auditor/witnesses.js";
import { parsePartyName } from "../model/names.js";
import { parseSubject } from "../model/subject.js";
import { askSubjectReport, type CheckedSubjectReport } from "../requester/index.js";
import { parsePolicy as parseTrust } from "../tlog/policy.js";
import type { Asking } from "../wire/subjectReport.js";
import { readText, writeNew } from "./files.js";
import { readPartyKey } from "./keyFiles.js";
import { passphraseOption, readPassphrase } from "./passphrase.js";
import { realNetwork, realSurroundings } from "./surroundings.js";
import type { Terminal } from "./terminal.js";
import { verb } from "./verb.js";

interface ReportOptions {
  readonly node: string;
  readonly holder: string;
  readonly key: string;
  readonly trust?: string;
  readonly out?: string;
  readonly passphraseFile?: string;
}

/** `frostglass subject report`: who asked about a subject, for the subject itself. */
export function addReport(subject: Command): void {
  const report = subject
    .command("report <scheme:id>")
    .description("as a consent issuer, ask a holder who asked about a subject: when, for what, by which computation, on which basis")
    .requiredOption("--node <url>", "the holder's node")
    .requiredOption("--holder <name>", "the holder whose node it is, such as tax.example")
    .requiredOption("--key <file>", "the consent issuer's key file")
    .option("--trust <file>", "the trust file with the log's key; without it the node's own word is taken")
    .option("--out <file>", "write the signed reports here, one a line")
    .option(...passphraseOption)
    .addHelpText(
      "after",
      "\nExample:\n  frostglass subject report uscc:91998932MA842J3R86 --node https://tax.example --holder tax.example --key issuer.key --trust trust\n",
    );
  verb<ReportOptions>(report, async (terminal, options, [text = ""]) => {
    const found = await ask(options, text);
    if (options.out !== undefined) writeNew(options.out, found.reports.map((each) => `${each}\n`).join(""), 0o600);
    sayReport(terminal, found);
    terminal.result(found);
    return undefined;
  });
}

async function ask(options: ReportOptions, text: string): Promise<CheckedSubjectReport> {
  const passphrase = await readPassphrase(options.passphraseFile, "Passphrase of the issuer's key: ");
  const { name, privateKey } = await readPartyKey(options.key, "consent-issuer", passphrase);
  return askSubjectReport({
    ...{ nodeUrl: options.node, holder: parsePartyName(options.holder), issuer: name, privateKey, subject: parseSubject(text) },
    ...realNetwork,
    ...realSurroundings,
    ...(options.trust === undefined ? {} : { trust: parseTrust(readText(options.trust)) }),
  });
}

function sayReport({ say, style }: Terminal, { askings, until, trust }: CheckedSubjectReport): void {
  for (const asking of askings) say(askingLine(asking));
  say(
    `${style.good("signed")}  ${askings.length} ${askings.length === 1 ? "question" : "questions"} up to ${formatInstant(until)}; signature checked`,
  );
  if (trust === "first-use") say(style.warn("  the log's key is the node's own word; pass --trust FILE to check it"));
}

function askingLine({ at, requester = "a requester", purpose, computation, consent, legalBasis, index }: Asking): string {
  const { id = computation.digest, version = "" } = computation;
  const basis = consent ?? legalBasis ?? "refused before that was looked at";
  return `${formatInstant(at)}  ${requester} asked ${`${id} ${version}`.trimEnd()} for ${purpose} (${basis}), entry ${index}`;
}
