import { createCipheriv } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deriveKey, open, seal, sealOverhead } from "../../src/crypto/seal.js";
import { codeOf } from "../note/codeOf.js";

const unhex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "hex"));
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const key = unhex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308");
const page = Buffer.from("sealed page");
const place = Buffer.from("dataset/pseudonym/1");

describe("open", () => {
  // The GCM specification submitted to NIST (McGrew and Viega), test cases 13, 14 and 16: key, nonce, associated, plaintext, ciphertext, tag
  it.each([
    ["00".repeat(32), "00".repeat(12), "", "", "", "530f8afbc74536b9a963b4f1c4cb738b"],
    ["00".repeat(32), "00".repeat(12), "", "00".repeat(16), "cea7403d4d606b6e074ec5d3baf39d18", "d0d1c8a799996bf0265b98b5d48ab919"],
    [
      hex(key),
      "cafebabefacedbaddecaf888",
      "feedfacedeadbeeffeedfacedeadbeefabaddad2",
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
      "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662",
      "76fc6ece0f4e1768cddf8853bb2d551b",
    ],
  ])("opens the published ciphertext under %s", (keyText, nonce, associated, plaintext, ciphertext, tag) => {
    expect(hex(open(unhex(keyText), unhex(nonce + ciphertext + tag), unhex(associated)))).toBe(plaintext);
    expect(hex(gcm(unhex(keyText), unhex(nonce), unhex(plaintext), unhex(associated)))).toBe(ciphertext + tag);
  });

  it("refuses every change of one bit in nonce, ciphertext and tag", () => {
    const sealed = seal(key, page, place);
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const altered = new Uint8Array(sealed);
      altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(
        codeOf(() => open(key, altered, place)),
        `bit ${bit}`,
      ).toBe("seal-broken");
    }
  });

  it("refuses another key, another place, and anything cut off or added", () => {
    const sealed = seal(key, page, place);
    expect(codeOf(() => open(deriveKey(key, place), sealed, place))).toBe("seal-broken");
    expect(codeOf(() => open(key, sealed, Buffer.from("dataset/pseudonym/2")))).toBe("seal-broken");
    expect(codeOf(() => open(key, sealed, new Uint8Array(0)))).toBe("seal-broken");
    for (let end = 0; end < sealed.length; end++) expect(codeOf(() => open(key, sealed.subarray(0, end), place))).toBe("seal-broken");
    expect(codeOf(() => open(key, new Uint8Array([...sealed, 0]), place))).toBe("seal-broken");
    expect(codeOf(() => open(key, sealed.subarray(1), place))).toBe("seal-broken");
  });
});

describe("seal", () => {
  it("makes what AES-256-GCM of its definition makes, with the nonce before it", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.uint8Array({ maxLength: 40 }), (plaintext, associated) => {
        const sealed = seal(key, plaintext, associated);
        expect(sealed.length).toBe(plaintext.length + sealOverhead);
        expect(hex(sealed.subarray(12))).toBe(hex(gcm(key, sealed.subarray(0, 12), plaintext, associated)));
        expect(hex(open(key, sealed, associated))).toBe(hex(plaintext));
      }),
      { numRuns: 40 },
    );
  });

  it("never uses a nonce twice in a thousand", () => {
    const nonces = Array.from({ length: 1000 }, () => hex(seal(key, page, place).subarray(0, 12)));
    expect(new Set(nonces).size).toBe(1000);
  });
});

describe("deriveKey", () => {
  // RFC 5869, appendix A: PRK, info, and the first 32 bytes of OKM, which are T(1)
  it.each([
    [
      "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5",
      "f0f1f2f3f4f5f6f7f8f9",
      "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf",
    ],
    [
      "06a6b88c5853361a06104c9ceb35b45cef760014904671014a193f40c15fc244",
      hex(Uint8Array.from({ length: 80 }, (_, i) => 0xb0 + i)),
      "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c",
    ],
    [
      "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04",
      "",
      "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d",
    ],
  ])("expands %s as RFC 5869 does", (prk, info, okm) => {
    expect(hex(deriveKey(unhex(prk), unhex(info)))).toBe(okm);
  });

  it("gives another key for another label and another key", () => {
    const made = [deriveKey(key, page), deriveKey(key, place), deriveKey(deriveKey(key, page), page), deriveKey(key, new Uint8Array(0))];
    expect(new Set(made.map(hex)).size).toBe(4);
  });
});

/** AES-256-GCM written out from NIST SP 800-38D over the bare block cipher: ciphertext and tag. It knows no GCM of the library. */
function gcm(gcmKey: Uint8Array, nonce: Uint8Array, plaintext: Uint8Array, associated: Uint8Array): Uint8Array {
  const block = (input: Uint8Array): Buffer => createCipheriv("aes-256-ecb", gcmKey, null).setAutoPadding(false).update(input);
  const counter = (n: number): Buffer => block(Buffer.concat([nonce, Buffer.of(n >> 24, n >> 16, n >> 8, n)]));
  const ciphertext = plaintext.map((byte, i) => byte ^ (counter(2 + (i >> 4))[i & 15] ?? 0));
  const lengths = Buffer.alloc(16);
  lengths.writeUInt32BE(associated.length * 8, 4);
  lengths.writeUInt32BE(ciphertext.length * 8, 12);
  const h = BigInt(`0x${block(Buffer.alloc(16)).toString("hex")}`);
  const hash = ghash(h, Buffer.concat([padded(associated), padded(ciphertext), lengths]));
  const tag = hash ^ BigInt(`0x${counter(1).toString("hex")}`);
  return Buffer.concat([ciphertext, Buffer.from(tag.toString(16).padStart(32, "0"), "hex")]);
}

function padded(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([bytes, Buffer.alloc((16 - (bytes.length % 16)) % 16)]);
}

/** SP 800-38D §6.3 and §6.4. */
function ghash(h: bigint, bytes: Buffer): bigint {
  let y = 0n;
  for (let at = 0; at < bytes.length; at += 16) y = multiply(y ^ BigInt(`0x${bytes.toString("hex", at, at + 16)}`), h);
  return y;
}

function multiply(x: bigint, y: bigint): bigint {
  let [z, v] = [0n, y];
  for (let bit = 127n; bit >= 0n; bit--) {
    if ((x >> bit) & 1n) z ^= v;
    v = v & 1n ? (v >> 1n) ^ (0xe1n << 120n) : v >> 1n;
  }
  return z;
}
