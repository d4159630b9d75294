import { importPrivateKey, type PrivateKey, randomBytes } from "#crypto";
import { formatBase64Url, parseBase64Url } from "../bytes/base64.js";
import { readKeyFile, writeKeyFile } from "../crypto/keyFile.js";
import { FrostglassError } from "../errors/error.js";
import { parsePartyName } from "../model/names.js";

/*
 * The private key of a requester, reviewer, consent issuer, witness or operator, one file each:
 *
 *   frostglass-key/1
 *   requester bank.example
 *   <base64url of the 32-byte Ed25519 seed>
 */
export const keyRoles = ["requester", "reviewer", "consent-issuer", "witness", "operator"] as const;
export type KeyRole = (typeof keyRoles)[number];

export interface PartyKey {
  readonly role: KeyRole;
  readonly name: string;
  readonly privateKey: PrivateKey;
}

/** Makes a key for a party and writes it sealed. When it resolves, the file is durable. Throws `key-file-exists`, `party-name-invalid`. */
export async function makePartyKey(path: string, role: KeyRole, name: string, passphrase: string, workFactor?: number): Promise<PartyKey> {
  parsePartyName(name);
  const seed = randomBytes(32);
  await writeKeyFile(path, `frostglass-key/1\n${role} ${name}\n${formatBase64Url(seed)}\n`, passphrase, workFactor);
  return { role, name, privateKey: importPrivateKey(seed) };
}

/** Opens a party's key file for one role. Throws `key-file-…`, `passphrase-wrong`, and `key-role-wrong` when the key is for another role. */
export async function readPartyKey(path: string, role: KeyRole, passphrase: string): Promise<PartyKey> {
  const [form, party, seed, ...rest] = (await readKeyFile(path, passphrase)).split("\n");
  const [found, name] = (party ?? "").split(" ");
  if (form !== "frostglass-key/1" || name === undefined || seed === undefined || rest.join("") !== "") {
    throw new FrostglassError("key-file-invalid", "The key file opened, but it does not hold a party's key.");
  }
  if (found !== role) throw new FrostglassError("key-role-wrong", `This is not the key of a ${role}; a key serves one role only.`);
  return { role, name: parsePartyName(name), privateKey: importPrivateKey(parseBase64Url(seed)) };
}
