import type { Command } from "commander";
import { FrostglassError } from "../errors/error.js";
import { parseSubject } from "../model/subject.js";
import { createRequester, type Question, type Requester } from "../requester/index.js";
import { parsePolicy as parseTrust } from "../tlog/policy.js";
import { readText } from "./files.js";
import { readPartyKey } from "./keyFiles.js";
import { passphraseOption, readPassphrase } from "./passphrase.js";
import { realNetwork, realSurroundings } from "./surroundings.js";
import { collect } from "./verb.js";

/** What a question is made of on the command line, for `ask` and for `budget show`. */
export interface QuestionOptions {
  readonly node: string;
  readonly key: string;
  readonly subject: string;
  readonly computation: string;
  readonly purpose: string;
  readonly consent?: string;
  readonly param?: string[];
  readonly trust?: string;
  readonly passphraseFile?: string;
}

/** A verb that takes a question. */
export function questionVerb(program: Command, name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .requiredOption("--node <url>", "the node's gateway")
    .requiredOption("--key <file>", "the requester's key file")
    .requiredOption("--subject <scheme:id>", "such as uscc:91310000… or opaque:E17")
    .requiredOption("--computation <id>", "its id, or the digest of its exact text")
    .requiredOption("--purpose <purpose>", "what the answer is for")
    .option("--param <name=value>", "a parameter of the computation; may be given several times", collect)
    .option("--consent <file>", "the subject's consent, where the holder asks for one")
    .option("--trust <file>", "the trust file with the log's key; without it the node's own word is taken")
    .option(...passphraseOption);
}

export async function openRequester({ passphraseFile, key: file, node, trust }: QuestionOptions): Promise<Requester> {
  const key = await readPartyKey(file, "requester", await readPassphrase(passphraseFile, "Passphrase of the requester's key: "));
  return createRequester({
    nodeUrl: node,
    name: key.name,
    privateKey: key.privateKey,
    ...realNetwork,
    ...realSurroundings,
    ...(trust === undefined ? {} : { trust: parseTrust(readText(trust)) }),
  });
}

export function questionOf({ subject, computation, param, purpose, consent }: QuestionOptions): Question {
  return {
    subject: parseSubject(subject),
    computation,
    parameters: parametersOf(param ?? []),
    purpose,
    ...(consent === undefined ? {} : { consent: readConsent(consent) }),
  };
}

function parametersOf(given: readonly string[]): Record<string, string | number> {
  return Object.fromEntries(
    given.map((text) => {
      const equals = text.indexOf("=");
      if (equals < 1) throw new FrostglassError("parameters-invalid", "A parameter is given as --param name=value.");
      const value = text.slice(equals + 1);
      return [text.slice(0, equals), /^(?:0|-?[1-9]\d{0,14})$/.test(value) ? Number(value) : value];
    }),
  );
}

/** A consent is a compact JWS; what else the file may hold is found here, where its name is known. */
function readConsent(path: string): string {
  const text = readText(path).trim();
  if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(text)) throw new FrostglassError("consent-file-invalid", `The file ${path} holds no consent.`);
  return text;
}
