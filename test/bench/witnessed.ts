import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { importPrivateKey, randomBytes } from "#crypto";
import { formatBase64Url } from "#product/bytes/base64.js";
import { readKeyFile } from "#product/crypto/keyFile.js";
import { createLog } from "#product/http/log.js";
import { digestOf } from "#product/model/digest.js";
import { cosignatureType, formatVerifierKey, type Signer, verifierKeyOf } from "#product/note/verifierKey.js";
import { openSqliteStore } from "#product/store/sqliteStore.js";
import { Batch } from "#product/vault/batch.js";
import { type Keyring, parseKeyring } from "#product/vault/keys/keyring.js";
import { Sequencer } from "#product/vault/log/sequencer.js";
import { makeWitnessHome } from "#product/witness/home.js";
import { addLog } from "#product/witness/logList.js";
import { type RunningWitness, runWitness } from "#product/witness/runWitness.js";
import { type BenchHome, passphrase, withHome } from "./benchNode.js";
import { type Compared, compareInTurns, type Turns } from "./turns.js";

const signers: readonly Signer[] = [41, 42, 43].map((seed, i) => ({
  name: `w${i + 1}.example`,
  privateKey: importPrivateKey(new Uint8Array(32).fill(seed)),
}));

/**
 * What an answer costs on a node without witnesses, and on one whose log three witnesses cosign every second: the courier's time counts, that of the
 * witnesses does not, since they are other organisations'. They run in this process.
 */
export function measureWitnessed(turns: Turns): Promise<Compared> {
  return withHome(1000, 16, (alone) => withHome(1000, 16, (seen) => withWitnesses(seen, () => compareInTurns([alone, seen], turns))));
}

async function withWitnesses<T>(bench: BenchHome, measure: () => Promise<T>): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), "frostglass-bench-witnesses-"));
  const running: RunningWitness[] = [];
  try {
    const { log } = await keyringOf(bench);
    for (const signer of signers) running.push(await startWitness(join(dir, signer.name), signer, log));
    nameWitnesses(bench, running);
    return await measure();
  } finally {
    for (const witness of running) await witness.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

function startWitness(dir: string, signer: Signer, log: Keyring["log"]): Promise<RunningWitness> {
  const home = makeWitnessHome(dir, signer.name, 0);
  addLog(home.logsFile, verifierKeyOf({ name: "tax.example", privateKey: log }), undefined);
  const now = () => Math.floor(Date.now() / 1000);
  return runWitness(home, { signer, log: createLog("witness", "silent"), now, port: 0, adminPort: 0 });
}

function nameWitnesses({ home }: BenchHome, running: readonly RunningWitness[]): void {
  const lines = running.map(({ url }, i) => {
    const key = verifierKeyOf(signers[i] as Signer, cosignatureType);
    return `witness w${i + 1} ${formatVerifierKey(key)} ${url.replace(/\/$/, "")}`;
  });
  writeFileSync(join(home.dir, "witnesses"), `${lines.join("\n")}\ngroup two 2 w1 w2 w3\nquorum two\n`);
  appendFileSync(home.nodeFile, "witnessing: { every_seconds: 1, warn_after_seconds: 30, stop_after_seconds: 60 }\n");
}

async function keyringOf({ home }: BenchHome): Promise<Keyring> {
  return parseKeyring(await readKeyFile(home.keyFile, passphrase));
}

/** How many answers a second the log alone takes in, each with its entry and its sealed reply, in durable commits of 256: by the clock, on one core. */
export function measureLogRate(answers: number): Promise<number> {
  return withHome(10, 16, async (bench) => {
    const keyring = await keyringOf(bench);
    const store = openSqliteStore(bench.home.database);
    try {
      const sequencer = Sequencer.load(store, "tax.example", keyring);
      const started = performance.now();
      for (let done = 0; done < answers; done += 256) sequencer.commit(batchOf(sequencer.size));
      return (answers * 1000) / (performance.now() - started);
    } finally {
      store.close();
    }
  });
}

function batchOf(size: number): Batch {
  const batch = new Batch(size);
  for (let i = 0; i < 256; i++) {
    const bytes = randomBytes(16);
    batch.addAnswer(digestOf(bytes), { text: formatBase64Url(bytes), bytes }, randomBytes(2000), i);
  }
  return batch;
}
