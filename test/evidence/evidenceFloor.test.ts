import { describe, expect, it } from "vitest";
import { formatEvidence, parseEvidence } from "../../src/evidence/evidenceFile.js";
import { request } from "../../src/evidence/network.js";
import { parseNodeUrl } from "../../src/evidence/nodeUrl.js";
import { formatOpening, parseOpening } from "../../src/evidence/openingFile.js";
import { publishedFiles } from "../../src/evidence/publishedFiles.js";
import { digestOf } from "../../src/model/digest.js";
import { codeOf, codeOfAsync } from "../note/codeOf.js";
import { noSleep, otherDigest, respond, subject } from "./fakeNode.js";
import { makeEvidence } from "./makeEvidence.js";

const network = (fetch: (url: string) => Promise<Response>, attempts = 3) => ({ fetch, attempts, sleep: noSleep, timeout: 1000 });

describe("one request", () => {
  it("gives the last reply when the node goes on saying later", async () => {
    let sent = 0;
    const reply = await request(
      network(async () => respond(++sent < 9 ? 503 : 200, "text/plain", "x")),
      "https://a.example/",
      {},
      10,
    );
    expect([reply.status, sent]).toEqual([503, 3]);
  });

  it("is ended by its own clock when no reply comes", async () => {
    const silent = (_: string, init?: RequestInit) =>
      new Promise<Response>((_resolve, reject) => {
        init?.signal?.addEventListener("abort", () => reject(init.signal?.reason));
      });
    const impatient = { fetch: silent, attempts: 2, sleep: noSleep, timeout: 5 };
    expect(await codeOfAsync(request(impatient, "https://a.example/", {}, 10))).toBe("node-unreachable");
  });

  it("takes a body of the limit and refuses one byte more, without asking again", async () => {
    let sent = 0;
    const of = (length: number) =>
      network(async () => {
        sent++;
        return respond(200, "text/plain", "x".repeat(length));
      });
    expect((await request(of(10), "https://a.example/", {}, 10)).body).toHaveLength(10);
    expect(await codeOfAsync(request(of(11), "https://a.example/", {}, 10))).toBe("reply-invalid");
    expect(sent).toBe(2);
  });
});

describe("published files", () => {
  const files = (status: number) =>
    publishedFiles(
      "https://a.example/node/",
      network(async () => respond(status, "text/plain", "x"), 1),
    );

  it("tells not there from broken", async () => {
    expect(await files(404).bytes("tile/0/000")).toBeUndefined();
    expect(await codeOfAsync(files(404).text("checkpoint"))).toBe("published-file-missing");
    for (const status of [301, 403, 500, 503])
      expect(await codeOfAsync(files(status).bytes("checkpoint")), `${status}`).toBe("node-refused");
  });

  it("stand below the whole address of the node", async () => {
    const asked: string[] = [];
    const read = publishedFiles(
      parseNodeUrl("https://a.example/node"),
      network(async (url) => {
        asked.push(url);
        return respond(200, "text/plain", "x");
      }),
    );
    await read.bytes("tile/0/000");
    expect(asked).toEqual(["https://a.example/node/tile/0/000"]);
  });
});

describe("the opening file", () => {
  const opening = "A".repeat(43);
  const text = formatOpening({ answer: otherDigest, subject, opening });

  it("has one form", () => {
    expect(text).toBe(`frostglass-opening/1\nanswer ${otherDigest}\nsubject opaque:E1\nopening ${opening}\n`);
    expect(parseOpening(text)).toEqual({ answer: otherDigest, subject, opening: new Uint8Array(32) });
  });

  it.each([
    ["another version", text.replace("/1", "/2")],
    ["a carriage return", text.replaceAll("\n", "\r\n")],
    ["no last line end", text.slice(0, -1)],
    ["something after it", `${text}x`],
    ["a short opening", text.replace("AAAA\n", "\n")],
    ["spare bits", text.replace("A\n", "B\n")],
    ["a subject of no scheme", text.replace("opaque:", "vat:")],
    ["an upper-case digest", text.replace(otherDigest, otherDigest.toUpperCase())],
  ])("with %s is refused", (_, changed) => {
    expect(changed).not.toBe(text);
    expect(codeOf(() => parseOpening(changed))).toBe("opening-file-invalid");
  });
});

describe("the evidence file", () => {
  it("gives back what went in, byte for byte", async () => {
    const { text, evidence } = await makeEvidence();
    const read = parseEvidence(text);
    expect(read.answer.digest).toBe(evidence.answer.digest);
    expect(read.entries.map(({ index }) => index)).toEqual([2, 3, 4, 5, 7]);
    expect(formatEvidence(read)).toBe(text);
    expect(digestOf(read.answer.decoded.bytes)).toBe(read.answer.digest);
  });

  it("without anything inside is no evidence", async () => {
    const { text } = await makeEvidence();
    expect(codeOf(() => parseEvidence(text.replace(/^extra .*\n/m, "")))).toBe("evidence-extra-invalid");
  });
});
