import { importPrivateKey, type PrivateKey, randomBytes } from "#crypto";
import { formatBase64, parseBase64 } from "../bytes/base64.js";
import { encodeUtf8 } from "../bytes/utf8.js";
import { readKeyFile } from "../crypto/keyFile.js";
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
 */
const roles = ["answer", "log", "page", "pseudonym", "account", "archive"] as const;
type Role = (typeof roles)[number];

export interface Keyring {
  readonly answer: PrivateKey;
  readonly log: PrivateKey;
  readonly pseudonym: Uint8Array;
  readonly account: Uint8Array;
  readonly archive: Uint8Array;
  /** The key of a dataset, from which each page's key is derived. */
  datasetKey(dataset: string): Uint8Array;
}

/**
 * Where a vault's keys come from: a sealed file, or later a security module. `load` is called once, at start; an implementation throws
 * `key-file-missing`, `key-file-exposed` or `passphrase-wrong`.
 */
export interface KeyProvider {
  load(): Promise<Keyring>;
}

/** The usual provider: the home's key file, sealed under a passphrase. */
export function keyFileProvider(path: string, passphrase: string): KeyProvider {
  return { load: async () => parseKeyring(await readKeyFile(path, passphrase)) };
}

/** The text of a new keyring, each key from the system's generator. */
export function generateKeyringText(): string {
  return `frostglass-keys/1\n${roles.map((role) => `${role} ${formatBase64(randomBytes(32))}\n`).join("")}`;
}

/** Parses the opened text of a key file. Throws `key-file-invalid`; the message never holds any of its content. */
export function parseKeyring(text: string): Keyring {
  const [first, ...lines] = text.split("\n");
  if (first !== "frostglass-keys/1" || lines.length !== roles.length + 1 || lines.at(-1) !== "") throw invalid();
  const keys = new Map<Role, Uint8Array>();
  roles.forEach((role, i) => {
    const [name, key] = (lines[i] ?? "").split(" ");
    if (name !== role || key === undefined) throw invalid();
    keys.set(role, parseBase64(key));
  });
  return keyringOf((role) => requireKey(keys.get(role)));
}

function keyringOf(key: (role: Role) => Uint8Array): Keyring {
  const page = key("page");
  return {
    answer: importPrivateKey(key("answer")),
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
