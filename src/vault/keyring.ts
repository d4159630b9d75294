import { importPrivateKey, type PrivateKey, randomBytes } from "#crypto";
import { formatBase64, formatBase64Url, parseBase64 } from "../bytes/base64.js";
import { encodeUtf8 } from "../bytes/utf8.js";
import { readKeyFile, rewriteKeyFile } from "../crypto/keyFile.js";
import { deriveKey } from "../crypto/seal.js";
import { FrostglassError } from "../errors/error.js";

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
 */
const roles = ["answer", "log", "page", "pseudonym", "account", "archive"] as const;
type Role = (typeof roles)[number];
const next = "answer-next";
type Seeds = ReadonlyMap<Role | typeof next, Uint8Array>;

export interface Keyring {
  /** One signs answers; a second is there only after a change of the key that did not come to its end. The log says which is in force. */
  readonly answers: readonly PrivateKey[];
  readonly log: PrivateKey;
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
   * Makes a new answer key and keeps it beside the one in use, whose raw public key is `inUse` (base64url). When it resolves, both survive a crash;
   * any third one is forgotten.
   */
  stageAnswerKey(inUse: string): Promise<PrivateKey>;
  /** Forgets every answer key but the one with this raw public key. When it resolves, no other can be loaded again. */
  keepAnswerKey(inUse: string): Promise<void>;
}

/** The usual provider: the home's key file, sealed under a passphrase. It keeps the passphrase for as long as it lives. */
export function keyFileProvider(path: string, passphrase: string): KeyProvider {
  const seeds = async () => parseSeeds(await readKeyFile(path, passphrase));
  const rewrite = (changed: Seeds) => rewriteKeyFile(path, formatSeeds(changed), passphrase);
  return {
    load: async () => keyringOf(await seeds()),
    stageAnswerKey: async (inUse) => {
      const seed = randomBytes(32);
      await rewrite(new Map([...keeping(await seeds(), inUse), [next, seed]]));
      return importPrivateKey(seed);
    },
    keepAnswerKey: async (inUse) => rewrite(keeping(await seeds(), inUse)),
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

/** The raw public key of a private one, as the log names it. */
export function publicName(key: PrivateKey): string {
  return formatBase64Url(key.publicKey.bytes);
}

function formatSeeds(seeds: Seeds): string {
  const lines = ([...roles, next] as const).flatMap((role) => {
    const seed = seeds.get(role);
    return seed === undefined ? [] : [`${role} ${formatBase64(seed)}\n`];
  });
  return `frostglass-keys/1\n${lines.join("")}`;
}

function parseSeeds(text: string): Seeds {
  const [first, ...lines] = text.split("\n");
  if (first !== "frostglass-keys/1" || lines.pop() !== "") throw invalid();
  const expected: readonly (Role | typeof next)[] = lines.length > roles.length ? [...roles, next] : roles;
  if (lines.length !== expected.length) throw invalid();
  return new Map(expected.map((role, i) => [role, seedOf(lines[i] ?? "", role)]));
}

function seedOf(line: string, role: string): Uint8Array {
  const [name, seed, ...rest] = line.split(" ");
  if (name !== role || seed === undefined || rest.length > 0) throw invalid();
  return requireKey(parseBase64(seed));
}

/** The same seeds with one answer key. Throws `key-file-invalid` when the one in use is not among them. */
function keeping(seeds: Seeds, inUse: string): Seeds {
  const answer = answerSeeds(seeds).find((seed) => publicName(importPrivateKey(seed)) === inUse);
  if (answer === undefined) throw invalid();
  const kept = new Map([...seeds, ["answer" as const, answer]]);
  kept.delete(next);
  return kept;
}

function answerSeeds(seeds: Seeds): readonly Uint8Array[] {
  const staged = seeds.get(next);
  return [requireKey(seeds.get("answer")), ...(staged === undefined ? [] : [staged])];
}

function keyringOf(seeds: Seeds): Keyring {
  const key = (role: Role) => requireKey(seeds.get(role));
  const page = key("page");
  return {
    answers: answerSeeds(seeds).map(importPrivateKey),
    log: importPrivateKey(key("log")),
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
