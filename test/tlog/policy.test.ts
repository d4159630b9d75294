import { describe, expect, it } from "vitest";
import { asFrostglassError } from "../../src/errors/error.js";
import { formatPolicy, parsePolicy } from "../../src/tlog/policy.js";
import { codeOf } from "../note/codeOf.js";
import { live } from "../note/published.js";
import { log, logKey, otherLog, signerOf, specPolicy, witnesses, witnessKey } from "./federation.js";

const [w1 = "", w2 = "", w3 = ""] = witnesses.map(witnessKey);

describe("a trust file", () => {
  it("parses as the specification's example", () => {
    const policy = parsePolicy(specPolicy);
    expect(policy.logs.map(({ key, url }) => [key.name, url])).toEqual([["holder.example/log", undefined]]);
    expect(policy.witnesses.map(({ name }) => name)).toEqual(["X1", "X2", "X3", "Y1", "Y2", "Y3"]);
    expect(policy.groups).toEqual([
      { name: "X-witnesses", threshold: 2, members: ["X1", "X2", "X3"] },
      { name: "Y-witnesses", threshold: 1, members: ["Y1", "Y2", "Y3"] },
      { name: "X-and-Y", threshold: 2, members: ["X-witnesses", "Y-witnesses"] },
    ]);
    expect(policy.quorum).toBe("X-and-Y");
  });

  it("may be one line", () => {
    expect(parsePolicy("quorum none\n")).toEqual({ logs: [], witnesses: [], groups: [], quorum: "none" });
  });

  it("may have comments, blank lines, tabs, spaces, URLs, and names in any script or of any keyword", () => {
    const text = [
      "",
      "# comment",
      "\t # another — 注释",
      `log ${logKey(log)} https://holder.example/log`,
      `\twitness \t 证人  ${w1}   https://w1.example/  `,
      `witness any ${w2}`,
      `witness all ${w3}`,
      "group group 2 any all 证人",
      "  quorum\tgroup",
      "",
    ].join("\n");
    const policy = parsePolicy(text);
    expect(policy.logs[0]?.url).toBe("https://holder.example/log");
    expect(policy.witnesses.map(({ name, url }) => [name, url])).toEqual([
      ["证人", "https://w1.example/"],
      ["any", undefined],
      ["all", undefined],
    ]);
    expect(policy.groups).toEqual([{ name: "group", threshold: 2, members: ["any", "all", "证人"] }]);
  });

  it("keeps names apart that only look alike", () => {
    // C2SP tlog-policy, Character set: "K" is not the Kelvin sign
    const policy = parsePolicy(`witness K ${w1}\nwitness \u212a ${w2}\ngroup g any K \u212a\nquorum g\n`);
    expect(policy.witnesses.map(({ name }) => name)).toEqual(["K", "\u212a"]);
  });

  it("formats to a text that parses to the same policy", () => {
    const policy = parsePolicy(
      `# c\nlog ${logKey(log)} https://l.example/\n${specPolicy.replace(/^log.*\n/, "").replace(w1, `${w1} https://x1.example`)}`,
    );
    const text = formatPolicy(policy);
    expect(text).toContain(`witness X1 ${w1} https://x1.example\n`);
    expect(parsePolicy(text).groups).toEqual(policy.groups);
    expect(formatPolicy(parsePolicy(text))).toBe(text);
  });

  it("may name 32 of each, and 256 in all", () => {
    const lines = Array.from({ length: 32 }, (_, i) => {
      const [one, two] = [signerOf(`l${i}.example`, 100 + i), signerOf(`w${i}.example`, 200 + i)];
      return `log ${logKey(one)}\nwitness w${i} ${witnessKey(two)}\ngroup g${i} any w${i}\n`;
    }).join("");
    expect(parsePolicy(`${lines}quorum g31\n`).groups).toHaveLength(32);
    const chain = (length: number) => Array.from({ length }, (_, i) => `group n${i} any ${i === 0 ? "w" : `n${i - 1}`}\n`).join("");
    expect(parsePolicy(`witness w ${w1}\n${chain(255)}quorum n254\n`).groups).toHaveLength(255);
    expect(codeOf(() => parsePolicy(`witness w ${w1}\n${chain(256)}quorum n254\n`))).toBe("policy-too-large");
  });

  const three = `witness a ${w1}\nwitness b ${w2}\nwitness c ${w3}\n`;
  it.each([
    ["policy-quorum-count", "nothing", ""],
    ["policy-malformed", "no newline at the end", "quorum none"],
    ["policy-malformed", "an unknown keyword", "quibble a\nquorum none\n"],
    ["policy-malformed", "a keyword in upper case", "Quorum none\n"],
    ["policy-malformed", "a comment behind a line", `witness a ${w1} https://w.example # comment\nquorum a\n`],
    ["policy-malformed", "a log line without a key", "log\nquorum none\n"],
    ["policy-malformed", "a log line with a name", `log l ${logKey(log)} https://l.example\nquorum none\n`],
    ["policy-malformed", "a witness line without a key", "witness a\nquorum none\n"],
    ["policy-malformed", "a group line without members", `${three}group g 1\nquorum a\n`],
    ["policy-malformed", "a quorum line without a name", "quorum\n"],
    ["policy-malformed", "a quorum line with two names", `${three}quorum a b\n`],
    ["policy-character-refused", "CRLF line ends", "quorum none\r\n"],
    ["policy-character-refused", "a NUL", "# \0\nquorum none\n"],
    ["policy-character-refused", "a DEL", "# \x7f\nquorum none\n"],
    ["policy-character-refused", "a lone surrogate", "# \udc00\nquorum none\n"],
    ["policy-malformed", "a no-break space for a space", "quorum\u00a0none\n"],
    ["verifier-key-malformed", "a key that is none", "log garbage\nquorum none\n"],
    ["verifier-key-id-mismatch", "a key under another name", `log ${logKey(log).replace("holder", "folder")}\nquorum none\n`],
    ["verifier-key-type-unsupported", "a key of another algorithm", "log a.example+98ab1cbc+AgEB\nquorum none\n"],
    ["policy-key-refused", "a log with a witness's key", `log ${w1}\nquorum none\n`],
    ["policy-key-refused", "a witness with a log's key", `witness a ${logKey(log)}\nquorum a\n`],
    ["policy-key-duplicate", "one log twice", `log ${logKey(log)}\nlog ${logKey(log)} https://l.example\nquorum none\n`],
    [
      "policy-key-duplicate",
      "one key under two log names",
      `log ${logKey(log)}\nlog ${logKey({ ...log, name: "l2.example" })}\nquorum none\n`,
    ],
    [
      "policy-key-duplicate",
      "one key under two witness names",
      `witness a ${w1}\nwitness b ${witnessKey({ ...witnessAt(0), name: "b" })}\nquorum a\n`,
    ],
    ["policy-key-duplicate", "one key as log and witness", `log ${logKey(log)}\nwitness a ${witnessKey(log)}\nquorum a\n`],
    ["policy-name-refused", "a witness named none", `witness none ${w1}\nquorum none\n`],
    ["policy-name-refused", "a group named none", `${three}group none any a\nquorum none\n`],
    ["policy-name-refused", "a witness name taken", `witness a ${w1}\nwitness a ${w2}\nquorum a\n`],
    ["policy-name-refused", "a group named as a witness", `${three}group a any b\nquorum a\n`],
    ["policy-name-refused", "a group name taken", `${three}group g any a\ngroup g any b\nquorum g\n`],
    ["policy-name-unknown", "an unknown member", `${three}group g any d\nquorum g\n`],
    ["policy-name-unknown", "a member defined below", `group g any a\n${three}quorum g\n`],
    ["policy-name-unknown", "a group that is its own member", `${three}group g any g\nquorum g\n`],
    ["policy-name-unknown", "none as a member", `${three}group g any none\nquorum g\n`],
    ["policy-name-unknown", "an unknown quorum", "quorum a\n"],
    ["policy-name-unknown", "a quorum defined below", `quorum a\n${three}`],
    ["policy-member-repeated", "a member twice in a group", `${three}group g 2 a a\nquorum g\n`],
    ["policy-member-repeated", "a member of two groups", `${three}group g any a b\ngroup h any b c\nquorum g\n`],
    ["policy-threshold-invalid", "a threshold of 0", `${three}group g 0 a\nquorum g\n`],
    ["policy-threshold-invalid", "a threshold past the members", `${three}group g 4 a b c\nquorum g\n`],
    ["policy-threshold-invalid", "a leading zero", `${three}group g 02 a b c\nquorum g\n`],
    ["policy-threshold-invalid", "a sign", `${three}group g +2 a b c\nquorum g\n`],
    ["policy-threshold-invalid", "a word", `${three}group g most a b c\nquorum g\n`],
    ["policy-quorum-count", "no quorum line", three],
    ["policy-quorum-count", "only comments", "# quorum none\n"],
    ["policy-quorum-count", "two quorum lines", `${three}quorum a\nquorum a\n`],
  ])("is refused with %s: %s", (code, _what, text) => {
    expect(codeOf(() => parsePolicy(text))).toBe(code);
  });

  it("says which line is wrong, of a bad key too", () => {
    for (const [text, line] of [
      [`${three}group g 9 a\nquorum g\n`, 4],
      ["# one\n\nlog garbage\nquorum none\n", 3],
    ] as const) {
      try {
        parsePolicy(text);
        expect.unreachable();
      } catch (thrown) {
        expect(asFrostglassError(thrown)?.facts.line).toBe(line);
      }
    }
  });

  it("takes the keys of live logs and witnesses", () => {
    const policy = parsePolicy(`log ${live.logKey}\nlog ${logKey(otherLog)}\nwitness navigli ${live.witnessKey}\nquorum navigli\n`);
    expect(policy.witnesses[0]?.key.name).toBe("witness.navigli.sunlight.geomys.org");
  });
});

function witnessAt(i: number) {
  return witnesses[i] ?? log;
}
