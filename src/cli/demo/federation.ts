import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { formatBase64Url } from "../../bytes/base64.js";
import { holderFiles, policyTrusting, type SampleHolder } from "../../sample/index.js";
import { createHome } from "../../vault/createHome.js";
import type { Home } from "../../vault/home.js";
import { type KeyRole, makePartyKey, type PartyKey } from "../keyFiles.js";
import { publicPart } from "../keys.js";
import { realSurroundings } from "../surroundings.js";

/** A holder of the story. */
export interface Holder {
  readonly name: string;
  readonly sample: SampleHolder;
  readonly home: Home;
  readonly passphrase: string;
  readonly passphraseFile: string;
  /** What the bank was given by hand: whom to believe about this holder's log. */
  readonly trustFile: string;
}

/** Everybody in the story. All of it lies below one folder. */
export interface Federation {
  readonly dir: string;
  readonly tax: Holder;
  readonly bureau: Holder;
  readonly bank: PartyKey;
  readonly bankFiles: { readonly key: string; readonly passphrase: string };
  readonly issuer: PartyKey;
  readonly reviewers: readonly { readonly organisation: string; readonly key: PartyKey }[];
}

/**
 * The passphrases here are 128 random bits, which nobody guesses at any speed: the slow derivation that guards a person's passphrase would only
 * make the story slower.
 */
const workFactor = 12;

/** Makes the keys of all parties, then the two homes, whose policies trust the two reviewers and the consent issuer. */
export async function foundFederation(dir: string): Promise<Federation> {
  for (const folder of ["keys", "records", "notes", "consents", "evidence"]) mkdirSync(join(dir, folder), { recursive: true, mode: 0o700 });
  const bank = await makeParty(dir, "bank", "requester", "bank.example");
  const issuer = await makeParty(dir, "issuer", "consent-issuer", "consent.example");
  const risk = await makeParty(dir, "reviewer-1", "reviewer", "bureau.example/risk");
  const models = await makeParty(dir, "reviewer-2", "reviewer", "regulator.example/models");
  const reviewers = [
    { organisation: "bureau.example", key: risk.key },
    { organisation: "regulator.example", key: models.key },
  ];
  const policy = policyTrusting({
    reviewers: reviewers.map(({ organisation, key }) => ({ organisation, key: publicPart(key) })),
    consentIssuers: [{ name: issuer.key.name, key: publicPart(issuer.key) }],
    approval: { reviewers: 2, organisations: 2 },
  });
  const tax = await makeHolder(dir, "tax", policy);
  const bureau = await makeHolder(dir, "bureau", policy);
  return { dir, tax, bureau, bank: bank.key, bankFiles: bank.files, issuer: issuer.key, reviewers };
}

/** Makes a key of the story under a passphrase of its own, both below `dir`. */
export async function makeParty(dir: string, file: string, role: KeyRole, name: string) {
  const files = { key: join(dir, "keys", `${file}.key`), passphrase: join(dir, "keys", `${file}.pass`) };
  return { files, key: await makePartyKey(files.key, role, name, makePassphrase(files.passphrase), workFactor) };
}

async function makeHolder(dir: string, sample: SampleHolder, policy: string): Promise<Holder> {
  const passphraseFile = join(dir, "keys", `${sample}.pass`);
  const passphrase = makePassphrase(passphraseFile);
  const name = `${sample}.example`;
  const now = realSurroundings.now();
  const given = {
    dir: join(dir, sample),
    holder: name,
    environment: "demo",
    port: 0,
    adminPort: 0,
    passphrase,
    workFactor,
    policy,
    now,
  } as const;
  const home = await createHome(given);
  for (const { path, text } of holderFiles(sample)) writeFileSync(join(home.dir, path), text, { flag: "wx" });
  return { name, sample, home, passphrase, passphraseFile, trustFile: join(dir, `${sample}.trust`) };
}

function makePassphrase(path: string): string {
  const passphrase = formatBase64Url(realSurroundings.randomBytes(16));
  writeFileSync(path, `${passphrase}\n`, { mode: 0o600, flag: "wx" });
  return passphrase;
}

/** The holder hands its trust file to the bank, on another way than the network. */
export function handOverTrust({ home, trustFile }: Holder): void {
  copyFileSync(join(home.publicDir, "trust"), trustFile);
}
