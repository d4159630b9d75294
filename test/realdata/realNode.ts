import { execFile, execFileSync, spawn } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { importPrivateKey } from "#crypto";
import { formatBase64Url } from "../../src/bytes/base64.js";
import { compileManifest } from "../../src/computations/computation.js";
import { parseManifest } from "../../src/computations/manifest/manifest.js";
import { textToSign } from "../../src/computations/textToSign.js";
import { readKeyFile } from "../../src/crypto/keyFile.js";
import { formatNote, signNote } from "../../src/note/signedNote.js";
import { formatVerifierKey, verifierKeyOf } from "../../src/note/verifierKey.js";
import { parseTrust } from "../../src/requester/index.js";
import { openAdminSession } from "../../src/vault/adminSession.js";
import { createHome } from "../../src/vault/createHome.js";
import { type Home, readSchemas } from "../../src/vault/home.js";
import { parseKeyring } from "../../src/vault/keys/keyring.js";
import { openVault } from "../../src/vault/openVault.js";
import type { Vault } from "../../src/vault/vault.js";
import { bankKey, bankName, openBank, type RealBank, surroundings } from "./realBank.js";
import { beside, repository } from "./realData.js";

/* A holder's home over real records: imported and served by the command line, as its users do it. */

const passphrase = "a passphrase for real records";
const reviewer = importPrivateKey(new Uint8Array(32).fill(22));

const policy = `frostglass: policy/1
reviewers:
  - { organisation: bureau.example, key: "${formatVerifierKey(verifierKeyOf({ name: "risk.bureau.example", privateKey: reviewer }))}" }
approval: { reviewers: 1, organisations: 1 }
consent_issuers: []
purposes:
  supervision: { legal_basis: "Tests on public records" }
disclosure: { period_days: 365, budget_bits: 10000, ceiling_bits: 10000 }
leakage: { bits_per_answer: 10000, least_records: 0, cutoff_choices: 64, pinned_values: 10000 }
clock_skew_seconds: 60
`;

export interface RealHome {
  readonly dir: string;
  readonly home: Home;
  readonly passphraseFile: string;
}

/** Makes a home in a temporary folder, with the schemas, mappings and computations that lie in `set` beside these tests. */
export async function makeRealHome(set: string): Promise<RealHome> {
  const dir = mkdtempSync(join(tmpdir(), "frostglass-real-"));
  const given = { dir: join(dir, "home"), holder: "tax.example", environment: "test", port: 0, adminPort: 0 } as const;
  const home = await createHome({ ...given, passphrase, workFactor: 2, policy, now: surroundings.now() });
  cpSync(beside(set), home.dir, { recursive: true });
  const passphraseFile = join(dir, "holder.pass");
  writeFileSync(passphraseFile, `${passphrase}\n`, { mode: 0o600 });
  return { dir, home, passphraseFile };
}

export function removeHome({ dir }: RealHome): void {
  rmSync(dir, { recursive: true, force: true });
}

/** Brings dist/ up to date, as `npm test` has done already. */
export function build(): void {
  execFileSync(process.execPath, [join(repository, "scripts", "build.mjs")], { stdio: ["ignore", "ignore", "inherit"] });
}

const commandLine = join(repository, "dist", "cli", "main.js");
const run = promisify(execFile);

export interface ImportReport {
  readonly rows: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly subjects?: number;
  readonly ignoredColumns: readonly string[];
  readonly epoch?: number;
  readonly seconds: number;
  readonly peakRssMb: number;
}

/** `frostglass import … --json`. */
export async function importFiles(
  { home, passphraseFile }: RealHome,
  dataset: string,
  files: readonly string[],
  more: readonly string[] = [],
): Promise<ImportReport> {
  const args = ["import", ...files, "--home", home.dir, "--dataset", dataset, "--passphrase-file", passphraseFile, "--json", ...more];
  const { stdout } = await run(process.execPath, [commandLine, ...args]).catch((failed: { stdout?: string; stderr?: string }) => {
    throw new Error(`The import failed: ${failed.stdout}${failed.stderr}`);
  });
  return JSON.parse(stdout) as ImportReport;
}

/** What a verb on the home prints. */
export async function runOnHome({ home, passphraseFile }: RealHome, args: readonly string[]): Promise<string> {
  const all = [commandLine, ...args, "--home", home.dir, "--passphrase-file", passphraseFile];
  const { stdout } = await run(process.execPath, all).catch((failed: { stdout?: string; stderr?: string }) => {
    throw new Error(`The command failed: ${failed.stdout}${failed.stderr}`);
  });
  return stdout;
}

/** The reviewer signs every computation of the home, they are added, and the bank is granted them all. */
export async function approveAll({ home }: RealHome): Promise<void> {
  const session = await openAdminSession(home, async () => parseKeyring(await readKeyFile(home.keyFile, passphrase)), surroundings);
  const [from, until] = [surroundings.now() - 60, surroundings.now() + 86_400];
  try {
    await session.run({ act: "add-requester", requester: bankName, keys: [formatBase64Url(bankKey.publicKey.bytes)] });
    const schemas = readSchemas(home);
    for (const manifest of manifestsOf(home)) {
      const text = textToSign(compileManifest(parseManifest(manifest), schemas), schemas);
      const note = formatNote(text, [signNote(text, { name: "risk.bureau.example", privateKey: reviewer })]);
      const { id: computation, purposes } = parseManifest(text);
      await session.run({ act: "add-computation", note });
      await session.run({ act: "grant", requester: bankName, computation, purposes: [...purposes], from, until });
    }
  } finally {
    await session.close();
  }
}

export function manifestsOf(home: Home): readonly string[] {
  return readdirSync(home.computationsDir).map((file) => readFileSync(join(home.computationsDir, file), "utf8"));
}

export interface ServedNode {
  readonly bank: RealBank;
  stop(): Promise<number | null>;
}

/** `frostglass serve`: the vault and the gateway as two processes, and a bank that trusts the log's key as it lies in the home. */
export async function serve({ home, passphraseFile }: RealHome): Promise<ServedNode> {
  const args = ["serve", "--home", home.dir, "--port", "0", "--admin-port", "0", "--passphrase-file", passphraseFile, "--json"];
  const child = spawn(process.execPath, [commandLine, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const said: string[] = [];
  child.stderr.on("data", (chunk: Buffer) => said.push(chunk.toString("utf8")));
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const ready = new Promise<string>((resolve) => createInterface({ input: child.stdout }).once("line", resolve));
  const line = await Promise.race([ready, ended.then(() => undefined)]);
  if (line === undefined) throw new Error(`The node did not start: ${said.join("")}`);
  const { url } = JSON.parse(line) as { url?: string };
  if (url === undefined) throw new Error(`The node did not start: ${line}`);
  const trust = parseTrust(readFileSync(join(home.publicDir, "trust"), "utf8"));
  const stop = () => {
    child.kill("SIGTERM");
    return ended;
  };
  return { bank: await openBank(url, trust), stop };
}

/** The vault in this process: for looking at what lies behind an answer. Close it. */
export async function openRealVault({ home }: RealHome): Promise<Vault> {
  return openVault(home, parseKeyring(await readKeyFile(home.keyFile, passphrase)), surroundings);
}

/** The bytes of a dataset's segments on the disk. */
export function segmentBytes({ home }: RealHome, dataset: string): number {
  const files = readdirSync(home.epochsDir).filter((file) => file.startsWith(`${dataset}-`));
  return files.reduce((bytes, file) => bytes + statSync(join(home.epochsDir, file)).size, 0);
}
