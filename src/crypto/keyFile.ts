import { chmodSync, closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { Decrypter, Encrypter } from "age-encryption";
import { FrostglassError } from "../errors/error.js";

/*
 * A private key file is an age file (age-encryption.org/v1) sealed under a passphrase, so `age --decrypt` opens it too. Its mode is 0600, and a
 * file that others can read is refused before anything of it is used.
 */

const ageHeader = "age-encryption.org/v1";

/** 2^16 scrypt rounds: about half a second for each guess on one core. */
export const defaultWorkFactor = 16;

/**
 * Writes a new key file with mode 0600 and makes it durable. Never replaces one: throws `key-file-exists`. `workFactor` is the base-2 logarithm
 * of scrypt's cost.
 */
export async function writeKeyFile(path: string, text: string, passphrase: string, workFactor = defaultWorkFactor): Promise<void> {
  if (existsSync(path)) throw new FrostglassError("key-file-exists", "A key file of this name exists; it was not touched.");
  writeDurably(path, await seal(text, passphrase, workFactor));
}

/**
 * Replaces a key file by one with another text under the same passphrase and the same cost, whole or not at all. When it resolves, the new one is
 * durable and the old one has no name any more; its sealed blocks may stay on the disk until they are used again. Throws `key-file-missing`,
 * `key-file-exposed`, and `key-file-unwritten` (the file before is whole).
 */
export async function rewriteKeyFile(path: string, text: string, passphrase: string): Promise<void> {
  const sealed = await seal(text, passphrase, workFactorOf(readOwnFile(path)));
  const partial = `${path}.partial`;
  try {
    rmSync(partial, { force: true });
    writeDurably(partial, sealed);
    renameSync(partial, path);
    syncFolder(dirname(path));
  } catch (cause) {
    throw new FrostglassError("key-file-unwritten", "The key file could not be replaced.", {}, { cause });
  }
}

async function seal(text: string, passphrase: string, workFactor: number): Promise<Uint8Array> {
  const encrypter = new Encrypter();
  encrypter.setPassphrase(passphrase);
  encrypter.setScryptWorkFactor(workFactor);
  return encrypter.encrypt(text);
}

/** The cost that the file's scrypt stanza states: `-> scrypt <salt> <logarithm>`. */
function workFactorOf(sealed: Uint8Array): number {
  const header = Buffer.from(sealed.subarray(0, 200)).toString("latin1");
  return Number(/^-> scrypt \S+ (\d{1,2})$/m.exec(header)?.[1] ?? defaultWorkFactor);
}

function syncFolder(path: string): void {
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Reads and opens a key file. Throws `key-file-missing`, `key-file-exposed` (group or others may read it), `key-file-invalid` (no age file) or
 * `passphrase-wrong`.
 */
export async function readKeyFile(path: string, passphrase: string): Promise<string> {
  const sealed = readSealedFile(path);
  const decrypter = new Decrypter();
  decrypter.addPassphrase(passphrase);
  try {
    return await decrypter.decrypt(sealed, "text");
  } catch (cause) {
    throw new FrostglassError("passphrase-wrong", "The passphrase does not open the key file.", {}, { cause });
  }
}

/** Reads a key file without opening it. Throws `key-file-missing`, `key-file-exposed` or `key-file-invalid`. */
export function readSealedFile(path: string): Uint8Array {
  const sealed = readOwnFile(path);
  if (!decodesToAge(sealed)) throw new FrostglassError("key-file-invalid", "The key file is not an age file.");
  return sealed;
}

/** Reads a file that only its owner may read. Throws `key-file-missing` or `key-file-exposed`. */
export function readOwnFile(path: string): Uint8Array {
  if (!existsSync(path)) throw new FrostglassError("key-file-missing", "The key file is not there.");
  if ((statSync(path).mode & 0o077) !== 0) {
    throw new FrostglassError("key-file-exposed", "The key file may be read by others than its owner.");
  }
  return readFileSync(path);
}

function decodesToAge(sealed: Uint8Array): boolean {
  return Buffer.from(sealed.subarray(0, ageHeader.length)).toString("latin1") === ageHeader;
}

function writeDurably(path: string, bytes: Uint8Array): void {
  const descriptor = openSync(path, "wx", 0o600);
  try {
    writeSync(descriptor, bytes);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  chmodSync(path, 0o600); // a permissive umask never adds bits, but an access list on the folder can
}
