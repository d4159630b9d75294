import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { importPrivateKey, randomBytes } from "#crypto";
import { formatBase64Url } from "#product/bytes/base64.js";
import { compareBytes } from "#product/bytes/bytes.js";
import { type RunningNode, startNode } from "#product/cli/serve/node.js";
import { compileManifest } from "#product/computations/computation.js";
import { parseManifest } from "#product/computations/manifest/manifest.js";
import { textToSign } from "#product/computations/textToSign.js";
import { readKeyFile } from "#product/crypto/keyFile.js";
import type { Digest } from "#product/model/digest.js";
import { formatNote, signNote } from "#product/note/signedNote.js";
import { formatVerifierKey, verifierKeyOf } from "#product/note/verifierKey.js";
import { type AdminCommand, administer, parseCommand } from "#product/vault/administration.js";
import { createHome } from "#product/vault/createHome.js";
import { type Home, readSchemas, segmentPath } from "#product/vault/home.js";
import { parseKeyring } from "#product/vault/keys/keyring.js";
import { openVault } from "#product/vault/openVault.js";
import { prepareEpoch, type SubjectRecords } from "#product/vault/records/prepareEpoch.js";
import type { Vault } from "#product/vault/vault.js";
import { signConsent } from "#product/wire/consent.js";
import { signingKey } from "#product/wire/jwk.js";
import { signQuery } from "#product/wire/query.js";
import { columnsOf, computationText, invoiceSchema, schema } from "./records.js";

export const passphrase = "a passphrase for measuring";
const bank = importPrivateKey(new Uint8Array(32).fill(1));
const issuer = importPrivateKey(new Uint8Array(32).fill(2));
const reviewer = importPrivateKey(new Uint8Array(32).fill(3));

const now = () => Math.floor(Date.now() / 1000);

export const policy = `frostglass: policy/1
reviewers:
  - { organisation: bureau.example, key: "${formatVerifierKey(verifierKeyOf({ name: "risk.bureau.example", privateKey: reviewer }))}" }
approval: { reviewers: 1, organisations: 1 }
consent_issuers:
  - { name: consent.example, key: ${formatBase64Url(issuer.publicKey.bytes)} }
purposes:
  loan-origination: { consent: required }
disclosure: { period_days: 365, budget_bits: 10000, ceiling_bits: 10000 }
leakage: { bits_per_answer: 10000, least_records: 0, cutoff_choices: 64, pinned_values: 10000 }
clock_skew_seconds: 60
`;

export interface BenchHome {
  readonly home: Home;
  readonly firms: number;
  readonly computation: Digest;
  readonly bytesPerRecord: number;
}

/** A home with so many firms, one computation, one bank and a consent issuer: everything that a query is checked against. */
async function makeBenchHome(firms: number, records: number): Promise<BenchHome> {
  const dir = join(mkdtempSync(join(tmpdir(), "frostglass-bench-")), "home");
  const given = {
    dir,
    holder: "tax.example",
    environment: "test",
    port: 0,
    adminPort: 0,
    passphrase,
    workFactor: 2,
    policy,
    now: now(),
  } as const;
  const home = await createHome(given);
  writeFileSync(join(home.datasetsDir, "invoices.yaml"), invoiceSchema);
  const keyring = parseKeyring(await readKeyFile(home.keyFile, passphrase));
  const vault = openVault(home, keyring, { now, randomBytes });
  const run = (command: AdminCommand) => administer(vault, parseCommand(JSON.stringify(command)));
  const segmentFile = segmentPath(home, "invoices", 1);
  const preparation = { schema, datasetKey: keyring.datasetKey("invoices"), epoch: 1, base: undefined, segmentFile };
  const { root } = await prepareEpoch(preparation, subjects(vault, firms, records));
  run({ act: "publish-epoch", dataset: "invoices", number: 1, asOf: "2025-12-31", root, mode: "append" });
  const schemas = readSchemas(home);
  const text = textToSign(compileManifest(parseManifest(computationText), schemas), schemas);
  const note = formatNote(text, [signNote(text, { name: "risk.bureau.example", privateKey: reviewer })]);
  const [added] = run({ act: "add-computation", note }).computations;
  run({ act: "add-requester", requester: "bank.example", keys: [formatBase64Url(bank.publicKey.bytes)] });
  const dates = { from: now() - 10, until: now() + 86_400 };
  run({ act: "grant", requester: "bank.example", computation: "bench-score", purposes: ["loan-origination"], ...dates });
  await vault.close();
  if (added === undefined) throw new Error("the computation was not added");
  return { home, firms, computation: added.digest, bytesPerRecord: diskBytes(home) / (firms * records) };
}

/** Makes a home for one measurement, and removes it. */
export async function withHome<T>(firms: number, records: number, measure: (home: BenchHome) => Promise<T>): Promise<T> {
  const home = await makeBenchHome(firms, records);
  try {
    return await measure(home);
  } finally {
    rmSync(dirname(home.home.dir), { recursive: true, force: true });
  }
}

function diskBytes(home: Home): number {
  return readdirSync(home.epochsDir).reduce((sum, file) => sum + statSync(join(home.epochsDir, file)).size, 0);
}

async function* subjects(vault: Vault, firms: number, records: number): AsyncGenerator<SubjectRecords> {
  const all = Array.from({ length: firms }, (_, firm) => ({ firm, pseudonym: vault.state.pseudonymOf(subjectOf(firm)) }));
  for (const { firm, pseudonym } of all.sort((a, b) => compareBytes(a.pseudonym, b.pseudonym))) {
    yield { pseudonym, columns: columnsOf(firm, records) };
  }
}

function subjectOf(firm: number) {
  return { scheme: "opaque", id: `F${firm}` };
}

/** Prime to the number of firms that are asked about, so that each has its turn. */
const stride = 617;

/** Signed queries, one a line, each with a consent of its own: about `asked` firms from all over the home in turn, fresh for the next five minutes. */
export function writeQueries({ home, firms, computation }: BenchHome, count: number, asked = firms): string {
  const lines: string[] = [];
  for (let i = 0; i < count; i++) lines.push(queryAbout(Math.floor((((i * stride) % asked) * firms) / asked), computation));
  const file = join(home.dir, "queries.txt");
  writeFileSync(file, `${lines.join("\n")}\n`);
  return file;
}

const bankKey = signingKey(bank);
const issuerKey = signingKey(issuer);
const jti = () => formatBase64Url(randomBytes(16));

export function consentFor(firm: number): string {
  const scope = { aud: "bank.example", purposes: ["loan-origination"], datasets: ["invoices"], nbf: now() - 60, exp: now() + 86_400 };
  return signConsent({ iss: "consent.example", jti: jti(), subject: subjectOf(firm), ...scope }, issuerKey);
}

function queryAbout(firm: number, computation: Digest): string {
  const asked = { subject: subjectOf(firm), computation, parameters: {}, purpose: "loan-origination", consent: consentFor(firm) };
  return signQuery({ iss: "bank.example", aud: "tax.example", iat: now(), exp: now() + 300, jti: jti(), ...asked }, bankKey);
}

/** Starts vault and gateway as the product does. */
export function startBenchNode({ home }: BenchHome): Promise<RunningNode> {
  return startNode(home, { passphrase, log: () => undefined, port: 0, adminPort: 0 });
}
