import { describe, expect, it } from "vitest";
import { parseNote } from "../../src/note/signedNote.js";
import { formatAddCheckpoint, formatTreeSize, parseAddCheckpoint, parseCosignatures, parseTreeSize } from "../../src/tlog/addCheckpoint.js";
import { codeOf } from "../note/codeOf.js";

/** C2SP tlog-witness v1.0.0, add-checkpoint, Example request body. */
const published = `old 20852014
PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=
`;

/** The same, Example response body. */
const cosignatures = `— witness.example/w1 CMp+6LWBU0anHGH5aNDTJkH/gj79sG+T6+iP2ThYN5krrDJbR1HDnucjL39QsZTSvVjyQLrdk3DXDqI5G2HgLatVs0pWh6Up69HVOw==
— witness.example/w1 I7rEps0pvK2UqkS2gSpVUDhrhVtQV9lgF6pRrWAvjJHjyWpW7VcE3SiOlVlbQNt64vWhO+DlkL0+UfzuOBMh9ChdMkP1vi/lCAsmlw==
— witness.example/w2 AWui8Sk55XjYLOijihBjhqEH6nS1ndDymE0a+6idX7pLcnoB+dhnz0854aLZgrrKbYKA7nC3HNJhm/kWl7oJlqU3rXXvpysAdyP3wQ==
`;

describe("an add-checkpoint request", () => {
  it("reads and writes the published example to the byte", () => {
    const request = parseAddCheckpoint(published);
    expect(request.oldSize).toBe(20_852_014);
    expect(request.proof.map((hash) => Buffer.from(hash).toString("base64"))).toEqual(published.split("\n").slice(1, 5));
    expect(request.checkpoint).toEqual(parseNote(published.slice(published.indexOf("\n\n") + 2)));
    expect(formatAddCheckpoint(request)).toBe(published);
  });

  it("needs no proof line", () => {
    const checkpoint = published.slice(published.indexOf("\n\n") + 2);
    const request = parseAddCheckpoint(`old 0\n\n${checkpoint}`);
    expect([request.oldSize, request.proof]).toEqual([0, []]);
    expect(formatAddCheckpoint(request)).toBe(`old 0\n\n${checkpoint}`);
  });

  const [old = "", hash = ""] = published.split("\n");
  const note = published.slice(published.indexOf("\n\n") + 2);
  const bodies: readonly (readonly [string, string, string])[] = [
    ["is empty", "", "witness-request-malformed"],
    ["has no old line", published.slice(old.length + 1), "witness-request-malformed"],
    ["states the old size with a leading zero", published.replace("old 2", "old 02"), "witness-request-malformed"],
    ["states a signed old size", published.replace("old 2", "old +2"), "witness-request-malformed"],
    ["states an old size beyond 2^53 − 1", published.replace(old, "old 9007199254740992"), "witness-request-malformed"],
    ["has two spaces in the old line", published.replace("old ", "old  "), "witness-request-malformed"],
    ["ends its lines with CR LF", published.replaceAll("\n", "\r\n"), "witness-request-malformed"],
    ["has a proof line of 31 bytes", `${old}\n${Buffer.alloc(31).toString("base64")}\n\n${note}`, "witness-request-malformed"],
    ["has a proof line with spare bits", published.replace("Dpkaw=", "Dpkax="), "witness-request-malformed"],
    ["has a proof line without padding", published.replace("Dpkaw=", "Dpkaw"), "witness-request-malformed"],
    ["has 64 proof lines", `${old}\n${`${hash}\n`.repeat(64)}\n${note}`, "witness-request-malformed"],
    ["has no checkpoint", `${old}\n${hash}\n\n`, "note-malformed"],
    ["has a checkpoint without signatures", published.slice(0, published.indexOf("\n\n—") + 2), "note-malformed"],
  ];
  it.each(bodies)("that %s is refused", (_, body, code) => {
    expect(codeOf(() => parseAddCheckpoint(body))).toBe(code);
  });

  it("may have 63 proof lines", () => {
    expect(parseAddCheckpoint(`${old}\n${`${hash}\n`.repeat(63)}\n${note}`).proof).toHaveLength(63);
  });
});

describe("a witness's reply", () => {
  it("reads the published cosignatures", () => {
    const lines = parseCosignatures(cosignatures);
    expect(lines.map(({ name, signature }) => [name, signature.length])).toEqual([
      ["witness.example/w1", 72],
      ["witness.example/w1", 72],
      ["witness.example/w2", 72],
    ]);
  });

  it.each([
    ["", "witness-reply-malformed"],
    [cosignatures.trimEnd(), "witness-reply-malformed"],
    ["cosigned\n", "note-signature-malformed"],
  ])("that is no list of signature lines is refused: %j", (body, code) => {
    expect(codeOf(() => parseCosignatures(body))).toBe(code);
  });

  it("states a size", () => {
    expect(formatTreeSize(20_852_014)).toBe("20852014\n");
    expect(parseTreeSize("20852014\n")).toBe(20_852_014);
    expect(parseTreeSize("0\n")).toBe(0);
  });

  it.each(["", "1", "01\n", "-1\n", "1\n\n", "1 \n", "1\r\n", "9007199254740992\n"])("with the size %j is refused", (body) => {
    expect(codeOf(() => parseTreeSize(body))).toBe("witness-reply-malformed");
  });
});
