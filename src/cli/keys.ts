import { Argument, type Command, InvalidArgumentError, Option } from "commander";
import { formatBase64Url } from "../bytes/base64.js";
import { FrostglassError } from "../errors/error.js";
import { cosignatureType, formatVerifierKey, verifierKeyOf } from "../note/verifierKey.js";
import { thumbprint } from "../wire/jwk.js";
import { type KeyRole, keyRoles, makePartyKey, type PartyKey, readPartyKey } from "./keyFiles.js";
import { passphraseOption, readNewPassphrase, readPassphrase } from "./passphrase.js";
import { changeKey, type HomeOptions, homeVerb } from "./session.js";
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
  readonly finish?: boolean;
}

/** `frostglass keys rotate`. */
function addRotate(keys: Command): void {
  const rotate = homeVerb(keys, "rotate", "change a holder's key for answers, or that of the log; what the old one signed stays verifiable")
    .addArgument(new Argument("<role>", "which key").choices(["answer", "log"]))
    .option("--compromised <instant>", "answer: others may have the old key since then, such as 2026-11-20T08:00:00Z", instantOf)
    .option(
      "--from-size <entries>",
      "answer: and from this size of the log on answers prove nothing; the present size unless it is said",
      wholeNumber,
    )
    .option("--finish", "log: the old key signs no more; without it a new one begins to sign beside it")
    .addHelpText("after", "\nExamples:\n  frostglass keys rotate answer --home ./tax\n  frostglass keys rotate log --home ./tax\n");
  verb<RotateOptions>(rotate, async (terminal, options, [role = ""]) => {
    if (role === "log") await rotateLog(terminal, options);
    else await rotateAnswer(terminal, options);
    return undefined;
  });
}

async function rotateAnswer(terminal: Terminal, options: RotateOptions): Promise<void> {
  const { compromised: since, fromSize: size, finish } = options;
  if (finish !== undefined)
    throw new FrostglassError("admin-invalid", "--finish is for the key of the log: that of answers has no overlap.");
  if (since === undefined && size !== undefined)
    throw new FrostglassError("admin-invalid", "A key is given up from a size on together with an instant: --compromised.");
  const rotation = since === undefined ? {} : { compromised: { since, ...(size === undefined ? {} : { size }) } };
  const status = await changeKey(options, (session, keys) => session.rotateAnswerKey(rotation, keys));
  terminal.say(`${terminal.style.good("rotated")}  ${status.holder} signs its answers with a new key from now on; the log says so`);
  if (since !== undefined) terminal.say(`given up  the old key, since ${new Date(since * 1000).toISOString()}`);
  terminal.result(status);
}

async function rotateLog(terminal: Terminal, options: RotateOptions): Promise<void> {
  if (options.compromised !== undefined || options.fromSize !== undefined)
    throw new FrostglassError("admin-invalid", "A log whose key is stolen cannot go on under another: end it, and begin a new one.");
  const act = options.finish === true ? "finish" : "begin";
  const status = await changeKey(options, (session, keys) => session.rotateLogKey({ act }, keys));
  if (act === "begin") {
    terminal.say(
      `${terminal.style.good("begun")}  checkpoints of ${status.holder} are signed with both keys from now on; /trust names both`,
    );
    terminal.say("Tell witnesses and everybody with a trust file the new key, then: frostglass keys rotate log --finish");
  } else
    terminal.say(
      `${terminal.style.good("finished")}  checkpoints of ${status.holder} are signed with the new key alone; the old private key is gone`,
    );
  terminal.result(status);
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
