import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { importPrivateKey } from "../../src/crypto/native.js";
import { parseKeyName } from "../../src/note/keyName.js";
import { cosignatureType, ed25519Type, formatVerifierKey, parseVerifierKey, verifierKeyOf } from "../../src/note/verifierKey.js";
import { codeOf } from "./codeOf.js";
import { live, spec, sumdb } from "./published.js";

/** A verifier key text with the right ID for whatever name and material it has, by way of node:crypto alone. */
function keyText(name: string, material: Uint8Array): string {
  const id = createHash("sha256").update(`${name}\n`).update(material).digest("hex").slice(0, 8);
  return `${name}+${id}+${Buffer.from(material).toString("base64")}`;
}

describe("a verifier key", () => {
  it.each([
    spec.key,
    sumdb.peterKey,
    sumdb.enochKey,
    live.logKey,
    live.witnessKey,
    // transparency-dev/formats, note_cosigv1_test.go: a plus sign inside the base64, and a cosigner
    "TEST+7997405c+AQcC+FTVKf0jlTdHDY3rbevmnKxxPjigCXlVtGe6RIr6",
    "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2",
    "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8",
  ])("parses and formats %s", (text) => {
    expect(formatVerifierKey(parseVerifierKey(text))).toBe(text);
  });

  it("takes name, type, ID and public key apart", () => {
    const key = parseVerifierKey(live.witnessKey);
    expect([key.name, key.type, key.keyId]).toEqual(["witness.navigli.sunlight.geomys.org", cosignatureType, "a3e00fe2"]);
    expect(Buffer.from(key.publicKey.bytes).toString("base64")).toBe("3L9yjgLUefWn4g3Amt9SWDPtbnl1JlF66wf8aFSEn8Y=");
  });

  it("gives one private key another ID for each type, so that neither signature passes for the other", () => {
    const signer = { name: "w.example", privateKey: importPrivateKey(new Uint8Array(32).fill(7)) };
    expect(verifierKeyOf(signer, ed25519Type).keyId).not.toBe(verifierKeyOf(signer, cosignatureType).keyId);
    expect(formatVerifierKey(verifierKeyOf(signer))).toBe(
      keyText("w.example", Buffer.concat([Buffer.of(1), signer.privateKey.publicKey.bytes])),
    );
  });

  it("refuses every proper part of a key", () => {
    for (let end = 0; end < spec.key.length; end++) expect(codeOf(() => parseVerifierKey(spec.key.slice(0, end)))).toBeDefined();
    for (let start = 1; start < spec.key.length; start++) expect(codeOf(() => parseVerifierKey(spec.key.slice(start)))).toBeDefined();
  });

  it("refuses a key with any one character changed", () => {
    for (let i = 0; i < spec.key.length; i++) {
      const changed = String.fromCharCode(spec.key.charCodeAt(i) + 1);
      expect(codeOf(() => parseVerifierKey(spec.key.slice(0, i) + changed + spec.key.slice(i + 1)))).toBeDefined();
    }
  });

  const peter = Buffer.from("ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "base64");
  it.each([
    ["verifier-key-malformed", "an upper-case ID", sumdb.peterKey.replace("c74f20a3", "C74F20A3")],
    ["verifier-key-malformed", "an ID of seven digits", sumdb.peterKey.replace("c74f20a3", "c74f20a")],
    ["verifier-key-malformed", "a newline after it", `${sumdb.peterKey}\n`],
    ["verifier-key-malformed", "a carriage return after it", `${sumdb.peterKey}\r\n`],
    ["verifier-key-malformed", "spare bits in the base64", "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtx="],
    ["verifier-key-malformed", "no base64 at all", "PeterNeumann+c74f20a3+"],
    ["key-name-invalid", "an empty name", keyText("", peter)],
    ["key-name-invalid", "a space in the name", keyText("Peter Neumann", peter)],
    ["key-name-invalid", "a no-break space in the name", keyText("Peter\u00a0Neumann", peter)],
    ["verifier-key-id-mismatch", "another name for the ID", sumdb.peterKey.replace("Peter", "Petra")],
    ["verifier-key-type-unsupported", "ECDSA", keyText("a.example", Buffer.of(2, 1, 2, 3))],
    ["verifier-key-type-unsupported", "ML-DSA-44", keyText("a.example", Buffer.concat([Buffer.of(6), Buffer.alloc(1312)]))],
    // golang.org/x/mod/sumdb/note, note_test.go: an unknown type, and a key that is too long, whose base64 is not canonical either
    ["verifier-key-type-unsupported", "an unknown type", "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"],
    ["verifier-key-malformed", "a key too long", "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY=="],
    ["public-key-invalid", "a key of 33 bytes", keyText("PeterNeumann", Buffer.concat([peter, Buffer.of(0)]))],
    ["public-key-invalid", "a key of 31 bytes", keyText("PeterNeumann", peter.subarray(0, 32))],
    ["public-key-invalid", "a key of small order", keyText("a.example", Buffer.concat([Buffer.of(1, 1), Buffer.alloc(31)]))],
  ])("refuses with %s: %s", (code, _what, text) => {
    expect(codeOf(() => parseVerifierKey(text))).toBe(code);
  });
});

describe("a key name", () => {
  it.each(["holder.example/log", "例子.中国/见证", "a", "transparency.dev/DEV:witness-little-garden", "é".repeat(255)])(
    "may be %s",
    (name) => {
      expect(parseKeyName(name)).toBe(name);
    },
  );

  it.each(["", " ", "a b", "a+b", "a\u3000b", "a\tb", "a\nb", "a\u0000b", "a\u2028b", "a\ud800b", "a".repeat(256)])(
    "may not be %j",
    (name) => {
      expect(codeOf(() => parseKeyName(name))).toBe("key-name-invalid");
    },
  );
});
