import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { readPolicyChange, requireOwn } from "../admission/policyChange.js";
import { encodeUtf8 } from "../bytes/utf8.js";
import { writeKeyFile } from "../crypto/keyFile.js";
import { FrostglassError } from "../errors/error.js";
import { parsePartyName } from "../model/names.js";
import { parseNote } from "../note/signedNote.js";
import { parseCheckpoint } from "../tlog/checkpoint.js";
import type { GovernanceEntry } from "../wire/entry.js";
import { type Home, homeAt } from "./home.js";
import { generateKeyringText, type Keyring, parseKeyring, publicName } from "./keys/keyring.js";
import { successorSameName } from "./log/refill/retiredLog.js";
import { createLog } from "./openVault.js";

export interface NewHome {
  readonly dir: string;
  /** The holder's name, as in `tax.example`: also the origin of its log. */
  readonly holder: string;
  readonly environment: "demo" | "test" | "production";
  readonly port: number;
  readonly adminPort: number;
  readonly passphrase: string;
  readonly workFactor?: number;
  /** The first policy: its text, or a signed note that holds it, whose signatures nobody asks for. */
  readonly policy: string;
  /** The signed checkpoint of a log that this one goes on in the place of. */
  readonly succeeds?: string | undefined;
  /** Unix seconds. */
  readonly now: number;
}

/**
 * Makes a holder's home: folders, node.yaml, sealed keys, the first policy and a log with its first entries. The folder must be new or empty. When
 * it returns, all of it is durable. Throws `home-exists`, `party-name-invalid`, `policy-invalid`, `policy-other-holder`, and of `succeeds` what `parseCheckpoint` throws, or
 * `successor-same-name`.
 */
export async function createHome(given: NewHome): Promise<Home> {
  parsePartyName(given.holder);
  const { policy, text } = readPolicyChange(given.policy);
  requireOwn(policy, given.holder);
  if (given.succeeds !== undefined && parseCheckpoint(parseNote(given.succeeds).text).origin === given.holder) throw successorSameName();
  const home = homeAt(given.dir);
  makeFolders(home);
  const keyText = generateKeyringText();
  await writeKeyFile(home.keyFile, keyText, given.passphrase, given.workFactor);
  writeFileSync(home.policyFile, text, { flag: "wx" });
  writeFileSync(home.nodeFile, nodeText(given), { flag: "wx" });
  createLog(
    home,
    parseKeyring(keyText),
    firstEntries(given, parseKeyring(keyText), policy.digest),
    new Map([[policy.digest, encodeUtf8(text)]]),
  );
  return home;
}

function makeFolders(home: Home): void {
  if (existsSync(home.dir) && readdirSync(home.dir).length > 0) {
    throw new FrostglassError("home-exists", "The folder is not empty; nothing in it was touched.");
  }
  for (const dir of [home.dir, dirname(home.keyFile), home.epochsDir, join(home.dir, "run")])
    mkdirSync(dir, { recursive: true, mode: 0o700 });
  for (const dir of [home.datasetsDir, home.mappingsDir, home.computationsDir, home.publicDir]) mkdirSync(dir, { recursive: true });
}

function nodeText({ holder, environment, port, adminPort }: NewHome): string {
  return `# Who this node is and where its gateway listens. Put TLS before it, or name certificate and key files under listen.tls.
frostglass: node/1
holder: ${holder}
environment: ${environment}
listen: { host: 127.0.0.1, port: ${port}, admin_port: ${adminPort} }
`;
}

function firstEntries(given: NewHome, keyring: Keyring, policy: `sha256:${string}`): GovernanceEntry[] {
  const at = given.now;
  const succeeds = given.succeeds === undefined ? {} : { succeeds: given.succeeds };
  return [
    { entry: "log-created/1", at, holder: given.holder, environment: given.environment, suite: "frostglass-1", ...succeeds },
    { entry: "key-added/1", at, role: "log", key: publicName(keyring.log) },
    ...keyring.answers.map((key) => ({ entry: "key-added/1", at, role: "answer", key: publicName(key) }) as const),
    { entry: "policy-set/1", at, policy },
  ];
}
