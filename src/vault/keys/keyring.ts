import { importPrivateKey, type PrivateKey, randomBytes } from "#crypto";
import { formatBase64, formatBase64Url, parseBase64 } from "../../bytes/base64.js";
import { encodeUtf8 } from "../../bytes/utf8.js";
import { readKeyFile, rewriteKeyFile } from "../../crypto/keyFile.js";
import { deriveKey } from "../../crypto/seal.js";
import { FrostglassError } from "../../errors/error.js";
import { oneAfterAnother } from "./oneAfterAnother.js";

/*
 * A holder's private keys, one for each role, none used for two things:
 *
 *   frostglass-keys/1
 *   answer <base64 of 32 bytes>       Ed25519 seed: signs answers
 *   log <…>                           Ed25519 seed: signs checkpoints
 *   page <…>                          sealing of pages, through a key for each dataset and each page
 *   pseudonym <…>                     HMAC key that turns a subject into the token that finds its page
 *   account <…>                       HMAC key that names disclosure accounts
 *   archive <…>                       sealing of stored answers
 *   answer-next <…>                   only while the answer key is being changed: the log says which of the two is in force
 *   log-next <…>                      while the log changes its key: the newer of the two that may sign checkpoints
 */
const roles = ["answer", "log", "page", "pseudonym", "account", "archive"] as const;
type Role = (typeof roles)[number];
/** The roles whose key may be changed, and what the newer one is called while there are two. */
const nexts = { answer: "answer-next", log: "log-next" } as const;
type ChangedRole = keyof typeof nexts;
type SeedName = Role | (typeof nexts)[ChangedRole];
type Seeds = ReadonlyMap<SeedName, Uint8Array>;
const seedNames: readonly SeedName[] = [...roles, nexts.answer, nexts.log];

export interface Keyring {
  /** One signs answers; a second is there only after a change of the key that did not come to its end. The log says which is in force. */
  readonly answers: readonly PrivateKey[];
  readonly log: PrivateKey;
  /** A second key of the log, while it changes its key. The log says which of the two are in force. */
  readonly nextLog?: PrivateKey;
  readonly pseudonym: Uint8Array;
  readonly account: Uint8Array;
  readonly archive: Uint8Array;
  /** The key of a dataset, from which each page's key is derived. */
  datasetKey(dataset: string): Uint8Array;
}

/**
 * Where a vault's keys come from: a sealed file, or later a security module. `load` is called once, at start; an implementation throws
 * `key-file-missing`, `key-file-exposed`, `passphrase-wrong` or `key-file-unwritten`.
 */
export interface KeyProvider {
  load(): Promise<Keyring>;
  /**
   * Makes a new key for a role and keeps it beside the one in use, whose raw public key is `inUse` (base64url). When it resolves, both survive a crash;
   * any third one is forgotten.
   */
  stageKey(role: ChangedRole, inUse: string): Promise<PrivateKey>;
  /** Forgets every key of a role but those with these raw public keys, one or two. When it resolves, no other can be loaded again. */
  keepKeys(role: ChangedRole, inUse: readonly string[]): Promise<void>;
}

/** The usual provider: the home's key file, sealed under a passphrase. It keeps the passphrase for as long as it lives, and writes one change after another. */
export function keyFileProvider(path: string, passphrase: string): KeyProvider {
  const inTurn = oneAfterAnother();
  const rewrite = (change: (seeds: Seeds) => Seeds): Promise<void> =>
    inTurn(async () => {
      const changed = change(parseSeeds(await readKeyFile(path, passphrase)));
      await rewriteKeyFile(path, formatSeeds(changed), passphrase);
    });
  return {
    load: async () => parseKeyring(await readKeyFile(path, passphrase)),
    stageKey: async (role, inUse) => {
      const seed = randomBytes(32);
      await rewrite((seeds) => new Map([...keeping(seeds, role, [inUse]), [nexts[role], seed]]));
      return importPrivateKey(seed);
    },
    keepKeys: (role, inUse) => rewrite((seeds) => keeping(seeds, role, inUse)),
  };
}

/** The text of a new keyring, each key from the system's generator. */
export function generateKeyringText(): string {
  return formatSeeds(new Map(roles.map((role) => [role, randomBytes(32)])));
}

/** Parses the opened text of a key file. Throws `key-file-invalid`; the message never holds any of its content. */
export function parseKeyring(text: string): Keyring {
  return keyringOf(parseSeeds(text));
}

/** The keys that may sign the log's checkpoints, the older one first. */
export function logKeysOf({ log, nextLog }: Pick<Keyring, "log" | "nextLog">): readonly PrivateKey[] {
  return nextLog === undefined ? [log] : [log, nextLog];
}

/** The raw public key of a private one, as the log names it. */
export function publicName(key: PrivateKey): string {
  return formatBase64Url(key.publicKey.bytes);
}

function formatSeeds(seeds: Seeds): string {
  const lines = seedNames.flatMap((name) => {
    const seed = seeds.get(name);
    return seed === undefined ? [] : [`${name} ${formatBase64(seed)}\n`];
  });
  return `frostglass-keys/1\n${lines.join("")}`;
}

/** Every role has a seed, in the order of the names; those of the newer keys may be missing. */
function parseSeeds(text: string): Seeds {
  const [first, ...lines] = text.split("\n");
  if (first !== "frostglass-keys/1" || lines.pop() !== "") throw invalid();
  const seeds = new Map(lines.map(parseSeed));
  const expected = seedNames.filter((name) => seeds.has(name));
  if (lines.length !== seeds.size || [...seeds.keys()].join() !== expected.join() || !roles.every((role) => seeds.has(role)))
    throw invalid();
  return seeds;
}

function parseSeed(line: string): readonly [SeedName, Uint8Array] {
  const [name, seed, ...rest] = line.split(" ");
  const known = seedNames.find((each) => each === name);
  if (known === undefined || seed === undefined || rest.length > 0) throw invalid();
  return [known, requireKey(parseBase64(seed))];
}

/** The same seeds with these keys of a role alone. Throws `key-file-invalid` when one in use is not among them. */
function keeping(seeds: Seeds, role: ChangedRole, inUse: readonly string[]): Seeds {
  const [first, second, ...others] = seedsOf(seeds, role).filter((seed) => inUse.includes(publicName(importPrivateKey(seed))));
  if (first === undefined || others.length > 0 || (second === undefined) !== (inUse.length === 1)) throw invalid();
  const kept = new Map([...seeds, [role, first] as const]);
  if (second === undefined) kept.delete(nexts[role]);
  return kept;
}

function seedsOf(seeds: Seeds, role: ChangedRole): readonly Uint8Array[] {
  const newer = seeds.get(nexts[role]);
  return [requireKey(seeds.get(role)), ...(newer === undefined ? [] : [newer])];
}

function keyringOf(seeds: Seeds): Keyring {
  const key = (role: Role) => requireKey(seeds.get(role));
  const page = key("page");
  const nextLog = seeds.get(nexts.log);
  return {
    answers: seedsOf(seeds, "answer").map(importPrivateKey),
    log: importPrivateKey(key("log")),
    ...(nextLog === undefined ? {} : { nextLog: importPrivateKey(nextLog) }),
    pseudonym: key("pseudonym"),
    account: key("account"),
    archive: key("archive"),
    datasetKey: (dataset) => deriveKey(page, encodeUtf8(`frostglass dataset ${dataset}`)),
  };
}

function requireKey(key: Uint8Array | undefined): Uint8Array {
  if (key?.length !== 32) throw invalid();
  return key;
}

function invalid(): FrostglassError {
  return new FrostglassError("key-file-invalid", "The key file opened, but it does not hold a keyring.");
}
