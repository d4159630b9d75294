import type { Command } from "commander";
import { formatBase64Url } from "../bytes/base64.js";
import { FrostglassError } from "../errors/error.js";
import { parseNodeUrl } from "../evidence/nodeUrl.js";
import { sendMessage } from "../evidence/sendMessage.js";
import { parseDigest } from "../model/digest.js";
import { parsePartyName } from "../model/names.js";
import { parseSubject } from "../model/subject.js";
import { consentDigest, decodeConsent, signConsent } from "../wire/consent.js";
import { signConsentRevocation } from "../wire/consentRevocation.js";
import { signingKey } from "../wire/jwk.js";
import { writeNew } from "./files.js";
import { readPartyKey } from "./keyFiles.js";
import { passphraseOption, readPassphrase } from "./passphrase.js";
import { administerHome, type HomeOptions, homeVerb } from "./session.js";
import { realNetwork, realSurroundings } from "./surroundings.js";
import { collect, verb, wholeNumber } from "./verb.js";

interface IssueOptions {
  readonly key: string;
  readonly subject: string;
  readonly requester: string;
  readonly purpose?: string[];
  readonly computation?: string[];
  readonly dataset?: string[];
  readonly days: number;
  readonly out?: string;
  readonly passphraseFile?: string;
}

/** `frostglass consent`: a subject's leave, signed by an issuer that the holder trusts. */
export function addConsent(program: Command): void {
  const consent = program.command("consent").description("issue a subject's consent, or revoke one at a holder");
  addIssue(consent);
  addRevokeAt(consent);
  const revoke = homeVerb(consent, "revoke <digest>", "revoke a consent at a holder, by its digest, from the next query on").addHelpText(
    "after",
    "\nExample:\n  frostglass consent revoke sha256:9f86d0… --home ./tax\n",
  );
  verb<HomeOptions>(revoke, async (terminal, options, [digest = ""]) => {
    const status = await administerHome(options, { act: "revoke-consent", consent: parseDigest(digest) });
    terminal.say(`${terminal.style.good("revoked")}  ${digest}`);
    terminal.result(status);
    return undefined;
  });
}

interface RevokeAtOptions {
  readonly key: string;
  readonly holder: string;
  readonly passphraseFile?: string;
}

function addRevokeAt(consent: Command): void {
  const revokeAt = consent
    .command("revoke-at <node> <digest>")
    .description("as the issuer that signed a consent, revoke it at a holder's node, from the next query on")
    .requiredOption("--key <file>", "the consent issuer's key file")
    .requiredOption("--holder <name>", "the holder whose node it is, such as tax.example")
    .option(...passphraseOption)
    .addHelpText(
      "after",
      "\nExample:\n  frostglass consent revoke-at https://tax.example sha256:9f86d0… --key issuer.key --holder tax.example\n",
    );
  verb<RevokeAtOptions>(revokeAt, async (terminal, { key: file, holder, passphraseFile }, [nodeUrl = "", digest = ""]) => {
    const key = await readPartyKey(file, "consent-issuer", await readPassphrase(passphraseFile, "Passphrase of the issuer's key: "));
    const jti = formatBase64Url(realSurroundings.randomBytes(16));
    const claims = { iss: key.name, aud: parsePartyName(holder), iat: realSurroundings.now(), jti, consent: parseDigest(digest) };
    const message = signConsentRevocation(claims, signingKey(key.privateKey));
    const network = { ...realNetwork, attempts: 4, timeout: 15_000 };
    const reply = await sendMessage(network, `${parseNodeUrl(nodeUrl)}v1/consent-revocations`, message);
    const revoked = JSON.parse(reply) as { readonly index: number };
    terminal.say(`${terminal.style.good("revoked")}  ${digest}, entry ${revoked.index} of the log of ${holder}`);
    terminal.result(revoked);
    return undefined;
  });
}

function addIssue(consent: Command): void {
  const issue = consent
    .command("issue")
    .description("sign a consent; send the file with the query")
    .requiredOption("--key <file>", "the consent issuer's key file")
    .requiredOption("--subject <scheme:id>", "whose leave it is, such as uscc:91310000…")
    .requiredOption("--requester <name>", "who may use it")
    .option("--purpose <purpose>", "for what; may be given several times", collect)
    .option("--computation <digest>", "for which computations; may be given several times", collect)
    .option("--dataset <name>", "or for which datasets; may be given several times", collect)
    .option("--days <number>", "how long it is valid", wholeNumber, 90)
    .option("--out <file>", "write it here (default: standard output)")
    .option(...passphraseOption)
    .addHelpText(
      "after",
      "\nExample:\n  frostglass consent issue --key issuer.key --subject uscc:… --requester bank.example \\\n    --purpose loan-origination --dataset vat-sales --out firm.consent\n",
    );
  verb<IssueOptions>(issue, async (terminal, options) => {
    const text = await signed(options);
    if (options.out === undefined) terminal.say(text);
    else writeNew(options.out, `${text}\n`);
    const digest = consentDigest(text);
    if (options.out !== undefined) terminal.say(`${terminal.style.good("consent")}  ${digest}  in ${options.out}`);
    terminal.result({ consent: text, digest });
    return undefined;
  });
}

async function signed(options: IssueOptions): Promise<string> {
  const key = await readPartyKey(
    options.key,
    "consent-issuer",
    await readPassphrase(options.passphraseFile, "Passphrase of the issuer's key: "),
  );
  const purposes = options.purpose ?? [];
  if (purposes.length === 0) throw new FrostglassError("consent-empty", "A consent names at least one --purpose.");
  const now = realSurroundings.now();
  const text = signConsent(
    {
      iss: key.name,
      jti: formatBase64Url(realSurroundings.randomBytes(16)),
      subject: parseSubject(options.subject),
      aud: options.requester,
      purposes,
      ...scopeOf(options),
      nbf: now,
      exp: now + options.days * 86_400,
    },
    signingKey(key.privateKey),
  );
  decodeConsent(text); // a consent that no holder could accept is not handed out
  return text;
}

function scopeOf({ computation, dataset }: IssueOptions): { computations: `sha256:${string}`[] } | { datasets: string[] } {
  if (computation !== undefined && dataset === undefined) return { computations: computation.map(parseDigest) };
  if (dataset !== undefined && computation === undefined) return { datasets: dataset };
  throw new FrostglassError("consent-empty", "A consent names either computations or datasets.");
}
