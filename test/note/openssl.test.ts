import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { importPrivateKey } from "../../src/crypto/native.js";
import { parseSignatureLine } from "../../src/note/signatureLine.js";
import { parseNote, signNote } from "../../src/note/signedNote.js";
import { parseVerifierKey } from "../../src/note/verifierKey.js";
import { cosign } from "../../src/tlog/cosignature.js";
import { live, spec, sumdb } from "./published.js";

/** RFC 8410: the DER prefix before a raw Ed25519 public key. */
const spkiPrefix = Buffer.from("302a300506032b6570032100", "hex");
let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "frostglass-openssl-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Whether openssl, which shares no line of code with us but the library below Node, finds the signature good. */
function opensslAccepts(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const file = (name: string, bytes: Uint8Array): string => {
    writeFileSync(join(folder, name), bytes);
    return join(folder, name);
  };
  const key = file("key.der", Buffer.concat([spkiPrefix, publicKey]));
  const input = ["-pubin", "-inkey", key, "-keyform", "DER", "-in", file("message", message), "-sigfile", file("signature", signature)];
  return spawnSync("openssl", ["pkeyutl", "-verify", "-rawin", ...input]).status === 0;
}

const installed = spawnSync("openssl", ["version"]).status === 0;
if (!installed) console.warn("Skipped: the openssl command is not installed, so no second tool checks our Ed25519 signatures.");

describe.skipIf(!installed)("openssl and we agree", () => {
  it("on the published notes", () => {
    for (const [key, line, text] of [
      [spec.key, spec.line, spec.text],
      [sumdb.peterKey, sumdb.peterLine, sumdb.text],
    ] as const) {
      const publicKey = parseVerifierKey(key).publicKey.bytes;
      const { signature } = parseSignatureLine(line);
      expect(opensslAccepts(publicKey, Buffer.from(text), signature)).toBe(true);
      expect(opensslAccepts(publicKey, Buffer.from(`${text} `), signature)).toBe(false);
    }
  });

  it("on the message of a live cosignature", () => {
    const { text, signatures } = parseNote(live.note);
    const message = Buffer.from(`cosignature/v1\ntime ${live.time}\n${text}`);
    const signature = signatures[1]?.signature.slice(8) ?? new Uint8Array(0);
    expect(opensslAccepts(parseVerifierKey(live.witnessKey).publicKey.bytes, message, signature)).toBe(true);
  });

  it("on what we sign and cosign", () => {
    const signer = { name: "w.example", privateKey: importPrivateKey(new Uint8Array(32).fill(3)) };
    const publicKey = signer.privateKey.publicKey.bytes;
    const text = "holder.example/log\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n";
    const line = signNote(text, signer);
    expect(opensslAccepts(publicKey, Buffer.from(text), parseSignatureLine(line).signature)).toBe(true);
    const cosignature = parseSignatureLine(cosign(parseNote(`${text}\n${line}\n`), 1_700_000_000, signer)).signature;
    expect(Buffer.from(cosignature.subarray(0, 8)).readBigUInt64BE()).toBe(1_700_000_000n);
    const message = Buffer.from(`cosignature/v1\ntime 1700000000\n${text}`);
    expect(opensslAccepts(publicKey, message, cosignature.subarray(8))).toBe(true);
  });
});
