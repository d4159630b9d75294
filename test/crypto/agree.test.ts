import { ed25519 } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as native from "../../src/crypto/native.js";
import * as portable from "../../src/crypto/portable.js";
import type { Primitives } from "../../src/crypto/primitives.js";
import { codeOf } from "../note/codeOf.js";

const engines: readonly (readonly [string, Primitives])[] = [
  ["native", native],
  ["portable", portable],
];
const unhex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "hex"));
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

/** RFC 8032 §7.1, tests 1 to 3: seed, public key, message, signature. */
const rfc8032 = [
  [
    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    "",
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
  ],
  [
    "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
    "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
    "72",
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
  ],
  [
    "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
    "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
    "af82",
    "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
  ],
] as const;
const [seed, publicKey, message, signature] = rfc8032[2].map(unhex) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];

describe.each(engines)("the %s engine", (_name, engine) => {
  it.each([
    ["", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
    ["abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
    ["abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"],
  ])("hashes %j as FIPS 180-4 does", (text, digest) => {
    expect(hex(engine.sha256(Buffer.from(text)))).toBe(digest);
    expect(hex(engine.sha256(text))).toBe(digest);
    expect(engine.sha256Hex(text)).toBe(digest);
  });

  it("takes a text as its UTF-8 bytes", () => {
    // printf 'Ā€😀' | openssl dgst -sha256, and -sha256 -hmac Jefe
    const text = "\u0100\u20ac\u{1f600}";
    expect(engine.sha256Hex(text)).toBe("b073bc6b71c58391c5351e106fea21345b4a662c3ac22e762e8d90b9beaecb23");
    expect(hex(engine.sha256(text))).toBe("b073bc6b71c58391c5351e106fea21345b4a662c3ac22e762e8d90b9beaecb23");
    expect(hex(engine.hmacSha256(Buffer.from("Jefe"), text))).toBe("1ea6bed3b8294b6f30dc1424a8e670c6078f214e6b1e4c5b0e5ceff579c17a6f");
  });

  it("draws random bytes that are as many as asked for, and never the same", () => {
    const drawn = Array.from({ length: 2000 }, (_, i) => engine.randomBytes(16 + (i % 7)));
    expect(drawn.map((bytes) => bytes.length)).toEqual(drawn.map((_, i) => 16 + (i % 7)));
    const eights = drawn.flatMap((bytes) => [hex(bytes.subarray(0, 8)), hex(bytes.subarray(8, 16))]);
    expect(new Set(eights).size).toBe(4000);
    expect(engine.randomBytes(10_000).some((byte) => byte !== 0)).toBe(true);
    expect(engine.randomBytes(0).length).toBe(0);
  });

  it.each([
    ["0b".repeat(20), "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"],
    [hex(Buffer.from("Jefe")), "what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"],
    ["aa".repeat(20), "\xdd".repeat(50), "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"],
    [
      "0102030405060708090a0b0c0d0e0f10111213141516171819",
      "\xcd".repeat(50),
      "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
    ],
    [
      "aa".repeat(131),
      "Test Using Larger Than Block-Size Key - Hash Key First",
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
    ],
    [
      "aa".repeat(131),
      "This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed before being used by the HMAC algorithm.",
      "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
    ],
  ])("computes the HMAC of RFC 4231 under %s", (key, text, mac) => {
    expect(hex(engine.hmacSha256(unhex(key), Buffer.from(text, "latin1")))).toBe(mac);
  });

  it.each(rfc8032)("signs and verifies RFC 8032 §7.1 with seed %s", (seedText, publicText, messageText, signatureText) => {
    const privateKey = engine.importPrivateKey(unhex(seedText));
    expect(hex(privateKey.publicKey.bytes)).toBe(publicText);
    expect(hex(privateKey.sign(unhex(messageText)))).toBe(signatureText);
    expect(engine.importPublicKey(unhex(publicText)).verify(unhex(messageText), unhex(signatureText))).toBe(true);
  });

  it("refuses a signature of another length, of other bytes and over another message, without throwing", () => {
    const key = engine.importPublicKey(publicKey);
    for (const bad of [
      new Uint8Array(0),
      signature.slice(1),
      new Uint8Array([...signature, 0]),
      new Uint8Array(64),
      new Uint8Array(64).fill(0xff),
    ])
      expect(key.verify(message, bad)).toBe(false);
    expect(key.verify(unhex("af83"), signature)).toBe(false);
    expect(engine.importPublicKey(unhex(rfc8032[0][1])).verify(message, signature)).toBe(false);
  });

  it.each([
    ["a Uint8Array", (bytes: Uint8Array) => new Uint8Array(bytes)],
    ["a Node Buffer, whose slice is no copy", (bytes: Uint8Array) => Buffer.from(bytes)],
  ])("keeps its key when the caller overwrites the bytes it gave, be they %s", (_what, copy) => {
    const [givenSeed, givenKey] = [copy(seed), copy(publicKey)];
    const [privateKey, verifier] = [engine.importPrivateKey(givenSeed), engine.importPublicKey(givenKey)];
    givenSeed.fill(0);
    givenKey.fill(0);
    expect(hex(privateKey.sign(message))).toBe(hex(signature));
    expect([hex(verifier.bytes), verifier.verify(message, signature)]).toEqual([hex(publicKey), true]);
  });

  it.each([0, 31, 33, 64])("refuses a seed and a public key of %i bytes", (length) => {
    expect(codeOf(() => engine.importPrivateKey(new Uint8Array(length)))).toBe("private-key-invalid");
    expect(codeOf(() => engine.importPublicKey(new Uint8Array(length)))).toBe("public-key-invalid");
  });

  // The eight points of small order, then encodings of them that are not canonical (y at or past the field's prime, or a negative zero).
  it.each([
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    "0100000000000000000000000000000000000000000000000000000000000080",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
  ])("refuses the public key %s", (text) => {
    expect(codeOf(() => engine.importPublicKey(unhex(text)))).toBe("public-key-invalid");
  });

  it("refuses a public key off the curve, one with a canonical encoding past the prime, and one of mixed order", () => {
    const mixed = ed25519.Point.fromBytes(publicKey).add(torsion()).toBytes();
    for (const bytes of [unhex(`02${"00".repeat(31)}`), unhex(`f0${"ff".repeat(30)}7f`), mixed])
      expect(codeOf(() => engine.importPublicKey(bytes))).toBe("public-key-invalid");
  });

  it("refuses a signature whose S is past the group's order (RFC 8032 §5.1.7)", () => {
    const s = littleEndian(signature.subarray(32)) + ed25519.Point.Fn.ORDER;
    const malleated = new Uint8Array([...signature.subarray(0, 32), ...toLittleEndian(s)]);
    expect(engine.importPublicKey(publicKey).verify(message, malleated)).toBe(false);
  });

  it("refuses a signature that holds only after both sides are multiplied by eight", () => {
    expect(engine.importPublicKey(publicKey).verify(message, mixedOrderSignature())).toBe(false);
  });

  it("gives random bytes, as many as asked for", () => {
    expect([0, 1, 12, 32].map((length) => engine.randomBytes(length).length)).toEqual([0, 1, 12, 32]);
    expect(hex(engine.randomBytes(32))).not.toBe(hex(engine.randomBytes(32)));
  });
});

describe("the two engines", () => {
  it("agree on every key, message and signature, good or altered", () => {
    const bytes = fc.uint8Array({ maxLength: 200 });
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), bytes, fc.nat(511), (anySeed, anyMessage, bit) => {
        const [one, two] = [native.importPrivateKey(anySeed), portable.importPrivateKey(anySeed)];
        const made = one.sign(anyMessage);
        expect(hex(two.sign(anyMessage))).toBe(hex(made));
        const altered = new Uint8Array(made);
        altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        for (const key of [one.publicKey, two.publicKey])
          expect([key.verify(anyMessage, made), key.verify(anyMessage, altered)]).toEqual([true, false]);
        expect(hex(portable.sha256(anyMessage))).toBe(hex(native.sha256(anyMessage)));
        expect(hex(portable.hmacSha256(anySeed, anyMessage))).toBe(hex(native.hmacSha256(anySeed, anyMessage)));
      }),
      { numRuns: 60 },
    );
  });
});

/** A point of order eight. */
function torsion() {
  return ed25519.Point.fromBytes(unhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"));
}

/** What a signer can make with its own key when it adds a point of order eight to R: verifiers with and without the cofactor part ways. */
function mixedOrderSignature(): Uint8Array {
  const order = ed25519.Point.Fn.ORDER;
  const { scalar } = ed25519.utils.getExtendedPublicKey(seed);
  const nonce = 12345678901234567890n;
  const r = ed25519.Point.BASE.multiply(nonce).add(torsion()).toBytes();
  const k = littleEndian(sha512(new Uint8Array([...r, ...publicKey, ...message]))) % order;
  return new Uint8Array([...r, ...toLittleEndian((nonce + k * scalar) % order)]);
}

function littleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => value * 256n + BigInt(byte), 0n);
}

function toLittleEndian(value: bigint): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, i) => Number((value >> BigInt(8 * i)) & 255n));
}
