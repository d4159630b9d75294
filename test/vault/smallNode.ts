import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect } from "vitest";
import { importPrivateKey, type PrivateKey, randomBytes } from "#crypto";
import { formatBase64Url } from "../../src/bytes/base64.js";
import { compareBytes } from "../../src/bytes/bytes.js";
import { encodeUtf8 } from "../../src/bytes/utf8.js";
import { compileManifest } from "../../src/computations/computation.js";
import { parseManifest } from "../../src/computations/manifest/manifest.js";
import { textToSign } from "../../src/computations/textToSign.js";
import { readKeyFile } from "../../src/crypto/keyFile.js";
import { PageBuilder } from "../../src/datasets/page.js";
import { parseSchema } from "../../src/datasets/schema.js";
import { type Digest, digestOf } from "../../src/model/digest.js";
import { formatNote, signNote } from "../../src/note/signedNote.js";
import { formatVerifierKey, type Signer, verifierKeyOf } from "../../src/note/verifierKey.js";
import { type AdminCommand, administer, parseCommand } from "../../src/vault/administration.js";
import { createHome } from "../../src/vault/createHome.js";
import { type Home, readSchemas, segmentPath } from "../../src/vault/home.js";
import { type Keyring, parseKeyring } from "../../src/vault/keys/keyring.js";
import { openVault } from "../../src/vault/openVault.js";
import { prepareEpoch, type SubjectRecords } from "../../src/vault/records/prepareEpoch.js";
import type { VaultReports } from "../../src/vault/runVault.js";
import type { Vault } from "../../src/vault/vault.js";
import { type Consent, signConsent } from "../../src/wire/consent.js";
import { signingKey } from "../../src/wire/jwk.js";
import { type Query, signQuery } from "../../src/wire/query.js";

/*
 * The smallest whole node: one dataset, three firms, two computations, one bank, one consent issuer. Firm E1 has sales of 100 and 200, E2 of 1;
 * E3 has one record where two are needed; E4 is not on file.
 */

export const holder = "tax.example";
export const bank = "bank.example";
export const passphrase = "correct horse battery staple";

export const salesSchema = `frostglass: dataset/1
name: sales
title: { en: Sales }
subject: { scheme: opaque, pattern: "E[0-9]{1,6}" }
columns:
  total: { type: money, currency: CNY }
`;

export const totalAbove = `frostglass: computation/1
id: total-above
version: 1.0.0
title: { en: Total sales reach a mark }
reveals: { en: "Whether a firm's sales reach a mark, as one yes or no" }
purposes: [loan-origination, supervision]
subject: opaque
inputs: { sales: sales }
parameters:
  mark: { choices: [100, 250, 300] }
features:
  total: { sum: sales.total }
output: { decision: { total: { at_least: $mark } } }
no_record: { fewer_than: 2, of: sales }
`;

export const otherComputation = totalAbove.replace("id: total-above", "id: never-granted");

const records: Readonly<Record<string, readonly number[]>> = { E1: [10_000, 20_000], E2: [50, 50], E3: [99_999] };

export interface Parties {
  readonly bank: PrivateKey;
  readonly reviewer: PrivateKey;
  readonly issuer: PrivateKey;
}

const seedKey = (n: number) => importPrivateKey(new Uint8Array(32).fill(n));
export const parties: Parties = { bank: seedKey(11), reviewer: seedKey(12), issuer: seedKey(13) };

export interface PolicyChanges {
  readonly budgetBits?: number;
  readonly ceilingBits?: number;
  /** The lines of `reviewers`, and the value of `approval`. */
  readonly reviewers?: readonly string[];
  readonly approval?: string;
  /** The lines of `consent_issuers`. */
  readonly issuers?: readonly string[];
  readonly version?: number;
  /** Whole lines at the end. */
  readonly more?: string;
}

/** A line of the policy's `consent_issuers`. */
export function issuerLine(name: string, key: PrivateKey): string {
  return `  - { name: ${name}, key: ${formatBase64Url(key.publicKey.bytes)} }`;
}

/** A line of the policy's `reviewers`. */
export function reviewerLine(organisation: string, signer: Signer): string {
  return `  - { organisation: ${organisation}, key: "${formatVerifierKey(verifierKeyOf(signer))}" }`;
}

export const riskReviewer: Signer = { name: "risk.bureau.example", privateKey: parties.reviewer };

export function policyText(more: PolicyChanges = {}): string {
  return `frostglass: policy/1
${more.version === undefined ? "" : `version: ${more.version}\n`}reviewers:
${(more.reviewers ?? [reviewerLine("bureau.example", riskReviewer)]).join("\n")}
approval: ${more.approval ?? "{ reviewers: 1, organisations: 1 }"}
consent_issuers:
${(more.issuers ?? [issuerLine("consent.example", parties.issuer)]).join("\n")}
purposes:
  loan-origination: { consent: required }
  supervision: { legal_basis: "Banking supervision act, article 34" }
disclosure: { period_days: 365, budget_bits: ${more.budgetBits ?? 16}, ceiling_bits: ${more.ceilingBits ?? 64} }
leakage: { least_records: 2 }
clock_skew_seconds: 60
${more.more ?? ""}`;
}

/** 2026-01-01T00:00:00Z: the clock of every small node, until a test moves it. */
export const startOfTime = 1_767_225_600;

export interface Clock {
  now: number;
}

export interface SmallNode {
  readonly home: Home;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly keyring: Keyring;
  run(command: AdminCommand): void;
  digestOf(id: string): Digest;
  /** Closes the vault and opens it again, as a restart does. */
  reopened(): Promise<SmallNode>;
}

/** For a vault that a test runs as a process does: a masked fault fails the test. */
export const noReports: VaultReports = {
  fault: (thrown) => expect(thrown).toBeUndefined(),
  fatal: () => undefined,
  publishFailed: () => undefined,
  witnessing: () => undefined,
  alarm: () => undefined,
};

const folders: string[] = [];
afterAll(() => {
  for (const dir of folders.splice(0)) rmSync(dir, { recursive: true, force: true });
});

/** A new folder below the system's temporary one; it goes when the test file that asked for it ends. */
export function temporaryFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), "frostglass-node-"));
  folders.push(dir);
  return dir;
}

export async function makeHome(dir = temporaryFolder(), policy = policyText()): Promise<Home> {
  const home = await createHome({
    ...{ dir: join(dir, "home"), holder, environment: "test", port: 0, adminPort: 0 },
    ...{ passphrase, workFactor: 2, policy, now: startOfTime },
  });
  writeFileSync(join(home.datasetsDir, "sales.yaml"), salesSchema);
  return home;
}

/** The text with its leakage line, as reviewers sign it. Any schema of sales does: what a computation does not read is not in its report. */
export function readyToSign(manifest: string, schema = salesSchema): string {
  const read = parseSchema(schema);
  const schemas = new Map([[read.name, read]]);
  return textToSign(compileManifest(parseManifest(manifest), schemas), schemas);
}

export function approved(manifest: string, schema = salesSchema, signers: readonly Signer[] = [riskReviewer]): string {
  const text = readyToSign(manifest, schema);
  return formatNote(
    text,
    signers.map((signer) => signNote(text, signer)),
  );
}

/** A small node with everything granted, ready to answer. */
export async function smallNode(policy = policyText()): Promise<SmallNode> {
  const home = await makeHome(undefined, policy);
  const node = await openNode(home, { now: startOfTime });
  await publishSales(node, 1, records);
  node.run({ act: "add-computation", note: approved(totalAbove) });
  node.run({ act: "add-computation", note: approved(otherComputation) });
  node.run({ act: "add-requester", requester: bank, keys: [formatBase64Url(parties.bank.publicKey.bytes)] });
  const forever = { from: startOfTime, until: startOfTime + 365 * 86_400 };
  node.run({ act: "grant", requester: bank, computation: "total-above", purposes: ["loan-origination", "supervision"], ...forever });
  return node;
}

export async function openNode(home: Home, clock: Clock): Promise<SmallNode> {
  const keyring = parseKeyring(await readKeyFile(home.keyFile, passphrase));
  const vault = openVault(home, keyring, { now: () => clock.now, randomBytes });
  return {
    ...{ home, vault, clock, keyring },
    run: (command) => void administer(vault, parseCommand(JSON.stringify(command))),
    digestOf: (id) =>
      [...vault.state.governance.computations.values()].find((known) => known.id === id)?.computation ?? digestOf(encodeUtf8(id)),
    reopened: async () => {
      await vault.close();
      return openNode(home, clock);
    },
  };
}

export async function publishSales(
  node: SmallNode,
  number: number,
  totals: Readonly<Record<string, readonly number[]>>,
  mode: "append" | "replace" = "append",
  dataset = "sales",
): Promise<void> {
  const schema = readSchemas(node.home).get(dataset);
  if (schema === undefined) throw new Error("no schema");
  const base = mode === "append" ? node.vault.state.datasets().get(dataset) : undefined;
  const segmentFile = segmentPath(node.home, dataset, number);
  const { root } = await prepareEpoch({ schema, datasetKey: node.keyring.datasetKey(dataset), epoch: number, base, segmentFile }, groups());
  node.run({ act: "publish-epoch", dataset, number, asOf: "2025-12-31", root, mode });

  async function* groups(): AsyncGenerator<SubjectRecords> {
    const subjects = Object.entries(totals).map(([id, values]) => ({
      pseudonym: node.vault.state.pseudonymOf({ scheme: "opaque", id }),
      values,
    }));
    for (const { pseudonym, values } of subjects.sort((a, b) => compareBytes(a.pseudonym, b.pseudonym))) {
      const builder = new PageBuilder(schema as NonNullable<typeof schema>);
      for (const value of values) builder.append([value], []);
      yield { pseudonym, columns: builder.build() };
    }
  }
}

/** A query of the bank that the small node answers; `more` changes single claims. */
export function queryOf(node: SmallNode, more: Partial<Query> = {}): Query {
  return {
    ...{ iss: bank, aud: holder, iat: node.clock.now, exp: node.clock.now + 300, jti: formatBase64Url(randomBytes(16)) },
    subject: { scheme: "opaque", id: "E1" },
    computation: node.digestOf("total-above"),
    parameters: { mark: 250 },
    purpose: "supervision",
    ...more,
  };
}

export function signed(query: Query, key: PrivateKey = parties.bank): string {
  return signQuery(query, signingKey(key));
}

export function consentOf(node: SmallNode, more: Partial<Consent> = {}, key: PrivateKey = parties.issuer): string {
  const { now } = node.clock;
  return signConsent(
    {
      ...{ iss: "consent.example", jti: formatBase64Url(randomBytes(16)), subject: { scheme: "opaque", id: "E1" }, aud: bank },
      ...{ purposes: ["loan-origination"], datasets: ["sales"], nbf: now - 10, exp: now + 86_400 },
      ...more,
    },
    signingKey(key),
  );
}
