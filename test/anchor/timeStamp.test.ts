import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { randomBytes, sha256 } from "#crypto";
import { readReplyTo } from "../../src/anchor/anchor.js";
import { der, tags } from "../../src/anchor/der.js";
import { nonceOf, timeStamps } from "../../src/anchor/timeStamp.js";
import { concat } from "../../src/bytes/bytes.js";
import { parseHex } from "../../src/bytes/hex.js";
import { encodeUtf8 } from "../../src/bytes/utf8.js";
import { codeOf } from "../note/codeOf.js";
import { Authority, hasOpenssl } from "./authority.js";

const digest = sha256("a checkpoint");
const request = timeStamps.request(digest, nonceOf(randomBytes(8)));

describe.skipIf(!hasOpenssl)("a time-stamp by openssl", () => {
  let authority: Authority;
  let reply: Uint8Array;
  beforeAll(() => {
    authority = new Authority();
    reply = authority.reply(request);
  });

  it("is asked for in a request that openssl reads as we mean it", () => {
    const path = join(authority.folder, "asked.tsq");
    writeFileSync(path, request);
    const words = authority.openssl("ts", "-query", "-in", path, "-text");
    expect(words).toMatch(/Version: 1\nHash Algorithm: sha256/);
    expect(words).toMatch(/Certificate required: yes/);
    const nonce = timeStamps.readRequest(request).nonce;
    expect(words).toContain(`Nonce: 0x${Buffer.from(nonce).toString("hex").toUpperCase()}`);
  });

  it("says the digest, the nonce and the time", () => {
    const anchored = readReplyTo(timeStamps, request, reply);
    expect(anchored.digest).toEqual(digest);
    const words = authority.openssl("ts", "-reply", "-in", join(authority.folder, "2.tsr"), "-text");
    const [, stated = ""] = /Time stamp: (.*) GMT/.exec(words) ?? [];
    expect(anchored.time).toBe(Date.parse(`${stated} UTC`) / 1000);
  });

  it("is not taken for another request", () => {
    const others = [
      timeStamps.request(digest, nonceOf(randomBytes(8))),
      timeStamps.request(sha256("x"), timeStamps.readRequest(request).nonce),
    ];
    for (const other of others) expect(codeOf(() => readReplyTo(timeStamps, other, reply))).toBe("anchor-mismatch");
  });

  it("is refused with the authority's own no", () => {
    const unsupported = concat(request.subarray(0, request.length - 1), new Uint8Array([0xff])).map((byte, i) => (i === 17 ? 3 : byte)); // SHA-512 over 32 bytes
    expect(codeOf(() => timeStamps.read(authority.reply(unsupported)))).toBe("anchor-refused");
  });

  it("is read to its end: no cut, no byte more, and no alteration of structure passes", () => {
    for (let length = 0; length < reply.length; length += 7)
      expect(codeOf(() => timeStamps.read(reply.subarray(0, length)))).toBe("anchor-reply-malformed");
    expect(codeOf(() => timeStamps.read(concat(reply, new Uint8Array(1))))).toBe("anchor-reply-malformed");
    for (let at = 0; at < 120; at++) {
      const altered = reply.slice();
      altered[at] = (altered[at] ?? 0) ^ 1;
      const code = codeOf(() => readReplyTo(timeStamps, request, altered));
      if (code !== undefined) expect(code).toMatch(/^anchor-(?:reply-malformed|refused|mismatch)$/);
    }
  });
});

describe("what is no time-stamp", () => {
  const granted = der(tags.sequence, der(tags.integer, new Uint8Array([0])));
  const sha = der(tags.sequence, der(tags.oid, parseHex("608648016503040201")), der(tags.empty));
  const info = (time: string, algorithm = sha, of = digest, version = 1) =>
    der(
      tags.sequence,
      der(tags.integer, new Uint8Array([version])),
      der(tags.oid, parseHex("2a03")),
      der(tags.sequence, algorithm, der(tags.octets, of)),
      der(tags.integer, new Uint8Array([9])),
      der(tags.time, encodeUtf8(time)),
    );
  const token = (content: Uint8Array, type = "2a864886f70d0109100104", signed = "2a864886f70d010702") =>
    der(
      tags.sequence,
      der(tags.oid, parseHex(signed)),
      der(
        tags.explicit0,
        der(
          tags.sequence,
          der(tags.integer, new Uint8Array([3])),
          der(tags.set),
          der(tags.sequence, der(tags.oid, parseHex(type)), der(tags.explicit0, der(tags.octets, content))),
        ),
      ),
    );
  const reply = (content: Uint8Array) => der(tags.sequence, granted, token(content));

  it("is read where all is well", () => {
    expect(timeStamps.read(reply(info("20261126101112Z")))).toMatchObject({ digest, time: 1_795_687_872 });
    expect(timeStamps.read(reply(info("20261126101112.25Z"))).time).toBe(1_795_687_872);
  });

  const sha1 = der(tags.sequence, der(tags.oid, parseHex("2b0e03021a")), der(tags.empty));
  const rows: readonly (readonly [what: string, bytes: Uint8Array])[] = [
    ["nothing", new Uint8Array()],
    ["a time without seconds", reply(info("202611261011Z"))],
    ["a time in another zone", reply(info("20261126101112+0800"))],
    ["a fraction that ends in a zero", reply(info("20261126101112.20Z"))],
    ["a day that there is not", reply(info("20261326101112Z"))],
    ["a digest that is none of SHA-256", reply(info("20261126101112Z", sha1))],
    ["a digest that is too short", reply(info("20261126101112Z", sha, digest.subarray(1)))],
    ["another version", reply(info("20261126101112Z", sha, digest, 2))],
    ["another content", der(tags.sequence, granted, token(info("20261126101112Z"), "2a864886f70d010701"))],
    ["another kind of token", der(tags.sequence, granted, token(info("20261126101112Z"), undefined, "2a864886f70d010703"))],
    ["no token", der(tags.sequence, granted)],
    ["an indefinite length", parseHex("3080")],
    ["a length of four bytes", parseHex("308400000001")],
    ["a length that is longer than need be", parseHex("308105")],
    ["a length with a leading zero", parseHex(`30820005${"00".repeat(5)}`)],
  ];
  it.each(rows)("%s is refused", (_, bytes) => {
    expect(codeOf(() => timeStamps.read(bytes))).toBe("anchor-reply-malformed");
  });

  it("a request that is not ours is refused", () => {
    expect(codeOf(() => timeStamps.readRequest(concat(request, new Uint8Array(1))))).toBe("anchor-reply-malformed");
    expect(codeOf(() => timeStamps.readRequest(request.map((byte, i) => (i === 4 ? 2 : byte))))).toBe("anchor-reply-malformed");
  });
});
