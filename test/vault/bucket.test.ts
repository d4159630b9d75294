import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { compareBytes } from "../../src/bytes/bytes.js";
import { formatHex } from "../../src/bytes/hex.js";
import { bucketHash, bucketsRoot, decodeBucket, encodeBucket, findInBucket } from "../../src/vault/records/bucket.js";
import { codeOf } from "../note/codeOf.js";

/** The definition, computed by another program: RFC 6962 over 65,536 entries of which all but a few are empty. */
const independentRoot = `
import hashlib, sys
bodies = dict((int(a.split(":")[0]), bytes.fromhex(a.split(":")[1])) for a in sys.argv[1:])
level = [hashlib.sha256(b"\\0" + bodies.get(i, b"")).digest() for i in range(65536)]
while len(level) > 1:
    level = [hashlib.sha256(b"\\1" + level[i] + level[i + 1]).digest() for i in range(0, len(level), 2)]
print(level[0].hex())
`;

test("the root is RFC 6962's over all 65,536 buckets", () => {
  const bodies = new Map([
    [0, Uint8Array.of(1, 2, 3)],
    [1, Uint8Array.of(4)],
    [40_000, Uint8Array.of(5)],
    [65_535, Uint8Array.of(6, 7)],
  ]);
  const args = [...bodies].map(([number, body]) => `${number}:${formatHex(body)}`);
  const expected = execFileSync("python3", ["-c", independentRoot, ...args], { encoding: "utf8" }).trim();
  const hashes = new Map([...bodies].map(([number, body]) => [number, bucketHash(body)]));
  expect(formatHex(bucketsRoot(hashes))).toBe(expected);
});

const row = fc.record({
  pseudonym: fc.uint8Array({ minLength: 16, maxLength: 16 }),
  epoch: fc.integer({ min: 0, max: 0xffff_ffff }),
  digest: fc.uint8Array({ minLength: 32, maxLength: 32 }),
});

test("rows come back, each is found, and what is not there is not found", () => {
  const bodies = fc.uniqueArray(row, { selector: ({ pseudonym }) => formatHex(pseudonym), maxLength: 40 });
  fc.assert(
    fc.property(bodies, fc.uint8Array({ minLength: 16, maxLength: 16 }), (rows, other) => {
      const sorted = rows.sort((a, b) => compareBytes(a.pseudonym, b.pseudonym));
      const body = encodeBucket(sorted);
      expect(decodeBucket(body)).toEqual(sorted);
      for (const each of sorted) expect(findInBucket(body, each.pseudonym)).toEqual(each);
      if (!rows.some(({ pseudonym }) => compareBytes(pseudonym, other) === 0)) expect(findInBucket(body, other)).toBeUndefined();
    }),
  );
});

test("a body of impossible length is refused", () => {
  expect(codeOf(() => decodeBucket(new Uint8Array(51)))).toBe("epoch-mismatch");
  expect(codeOf(() => findInBucket(new Uint8Array(53), new Uint8Array(16)))).toBe("epoch-mismatch");
});
