import { Argument, type Command, InvalidArgumentError, Option } from "commander";
import { formatBase64Url } from "../bytes/base64.js";
import { FrostglassError } from "../errors/error.js";
import { cosignatureType, formatVerifierKey, verifierKeyOf } from "../note/verifierKey.js";
import { thumbprint } from "../wire/jwk.js";
import { type KeyRole, keyRoles, makePartyKey, type PartyKey, readPartyKey } from "./keyFiles.js";
import { passphraseOption, readNewPassphrase, readPassphrase } from "./passphrase.js";
import { type HomeOptions, homeVerb, rotateAnswerKey } from "./session.js";
import type { Terminal } from "./terminal.js";
import { verb, wholeNumber } from "./verb.js";

interface GenerateOptions {
  readonly role: KeyRole;
  readonly name: string;
  readonly out: string;
  readonly passphraseFile?: string;
}

interface ShowOptions {
  readonly role: KeyRole;
  readonly passphraseFile?: string;
}

/** `frostglass keys`: the keys of requesters, reviewers and consent issuers. A holder's own keys are made by `init` and changed by `keys rotate`. */
export function addKeys(program: Command): void {
  const keys = program
    .command("keys")
    .description("make and show the keys of requesters, reviewers and consent issuers; change a holder's");
  const generate = keys
    .command("generate")
    .description("make a key for one role and print its public part, which others need")
    .addOption(roleOption())
    .requiredOption("--name <name>", "whose key it is, such as bank.example")
    .requiredOption("--out <file>", "the new key file (mode 0600, sealed under a passphrase)")
    .option(...passphraseOption)
    .addHelpText("after", "\nExample:\n  frostglass keys generate --role requester --name bank.example --out bank.key\n");
  verb<GenerateOptions>(generate, async (terminal, { role, name, out, passphraseFile }) => {
    showKey(terminal, await makePartyKey(out, role, name, await readNewPassphrase(passphraseFile)));
    return undefined;
  });
  const show = keys
    .command("show <file>")
    .description("print the public part of a key file")
    .addOption(roleOption())
    .option(...passphraseOption)
    .addHelpText("after", "\nExample:\n  frostglass keys show bank.key --role requester\n");
  verb<ShowOptions>(show, async (terminal, { role, passphraseFile }, [file = ""]) => {
    showKey(terminal, await readPartyKey(file, role, await readPassphrase(passphraseFile, "Passphrase of the key: ")));
    return undefined;
  });
  addRotate(keys);
}

interface RotateOptions extends HomeOptions {
  readonly compromised?: number;
  readonly fromSize?: number;
}

/** `frostglass keys rotate answer`. */
function addRotate(keys: Command): void {
  const rotate = homeVerb(
    keys,
    "rotate",
    "make a new key for a holder's answers; the old private key is destroyed, old answers stay verifiable",
  )
    .addArgument(new Argument("<role>", "which key").choices(["answer"]))
    .option("--compromised <instant>", "others may have the old key since then, such as 2026-11-20T08:00:00Z", instantOf)
    .option(
      "--from-size <entries>",
      "and answers from this size of the log on prove nothing; the present size unless it is said",
      wholeNumber,
    )
    .addHelpText("after", "\nExample:\n  frostglass keys rotate answer --home ./tax\n");
  verb<RotateOptions>(rotate, async (terminal, options) => {
    const { compromised: since, fromSize: size } = options;
    if (since === undefined && size !== undefined)
      throw new FrostglassError("admin-invalid", "A key is given up from a size on together with an instant: --compromised.");
    const rotation = since === undefined ? {} : { compromised: { since, ...(size === undefined ? {} : { size }) } };
    const status = await rotateAnswerKey(options, rotation);
    terminal.say(`${terminal.style.good("rotated")}  ${status.holder} signs its answers with a new key from now on; the log says so`);
    if (since !== undefined) terminal.say(`given up  the old key, since ${new Date(since * 1000).toISOString()}`);
    terminal.result(status);
    return undefined;
  });
}

/** A day or a second of UTC as Unix seconds. */
function instantOf(text: string): number {
  const milliseconds = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}Z)?$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(milliseconds)) throw new InvalidArgumentError("It has to be an instant such as 2026-11-20T08:00:00Z.");
  return milliseconds / 1000;
}

function roleOption(): Option {
  return new Option("--role <role>", "what the key is for; one key serves one role").choices(keyRoles).makeOptionMandatory();
}

/** What others need of a key, in the form in which its role is named: a signed-note verifier key, or the raw public key. */
export function publicPart({ role, name, privateKey }: PartyKey): string {
  if (role === "witness") return formatVerifierKey(verifierKeyOf({ name, privateKey }, cosignatureType));
  const signsNotes = role === "reviewer" || role === "operator";
  return signsNotes ? formatVerifierKey(verifierKeyOf({ name, privateKey })) : formatBase64Url(privateKey.publicKey.bytes);
}

function showKey(terminal: Terminal, key: PartyKey): void {
  const kid = thumbprint(key.privateKey.publicKey.bytes);
  terminal.say(`${terminal.style.good(key.role)}  ${key.name}`);
  terminal.say(`public key  ${terminal.style.bold(publicPart(key))}`);
  terminal.say(terminal.style.dim(`key id      ${kid}`));
  terminal.result({ role: key.role, name: key.name, publicKey: publicPart(key), kid });
}
