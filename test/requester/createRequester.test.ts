import { describe, expect, it } from "vitest";
import { parseEvidence, verifyEvidence } from "../../src/auditor/index.js";
import { formatBase64Url } from "../../src/bytes/base64.js";
import { type Answered, createRequester, fetchEvidence, parseOpening, type RequesterOptions } from "../../src/requester/index.js";
import { encodeEntry } from "../../src/wire/entry.js";
import {
  bankKey,
  computation,
  FakeNode,
  governance,
  noSleep,
  now,
  otherDigest,
  positions,
  respond,
  subject,
} from "../evidence/fakeNode.js";
import { codeOfAsync } from "../note/codeOf.js";

const nodeUrl = "https://node.tax.example/";
const question = { subject, computation: "sales-continuity", parameters: { cutoff: 560 }, purpose: "loan-origination" };

function requesterOf(node: FakeNode, options: Partial<RequesterOptions> = {}) {
  let drawn = 0;
  return createRequester({
    nodeUrl,
    name: "bank.example",
    privateKey: bankKey,
    trust: node.trust(),
    fetch: node.fetch,
    sleep: noSleep,
    now: () => now,
    randomBytes: (length) => new Uint8Array(length).fill(++drawn),
    ...options,
  });
}

describe("asking", () => {
  it("gives the outcome, and evidence that an auditor verifies offline", async () => {
    const node = new FakeNode();
    const answered = await requesterOf(node).ask(question);
    expect(answered).toMatchObject({ outcome: { kind: "decision", decision: true }, index: 8, trust: "given" });
    const opening = parseOpening(answered.opening);
    expect(verifyEvidence(answered.evidence, node.trust(), { opening })).toMatchObject({ verdict: "holds" });
    const carried = new TextDecoder().decode(parseEvidence(answered.evidence).proof.extra);
    for (const secret of ["opaque", formatBase64Url(opening.opening)]) expect(carried).not.toContain(secret);
  });

  it("gives a refusal as an outcome, with when the budget renews", async () => {
    const node = new FakeNode();
    node.twist = { claims: { outcome: { kind: "refusal", code: "budget-spent" } } };
    const answered = await requesterOf(node).ask(question);
    expect(answered).toMatchObject({ outcome: { kind: "refusal", code: "budget-spent" }, renewsAt: now + 60 });
    expect(verifyEvidence(answered.evidence, node.trust()).verdict).toBe("holds");
  });

  it("takes a computation by its digest as well, also one that is not listed: then the holder refuses it", async () => {
    const node = new FakeNode();
    await requesterOf(node).ask({ ...question, computation: computation.digest });
    node.twist = {
      claims: { computation: { digest: otherDigest }, outcome: { kind: "refusal", code: "computation-unknown" } },
      context: positions(governance, ["key", "policy", "epoch"]),
    };
    const refused = await requesterOf(node).ask({ ...question, computation: otherDigest });
    expect(refused.outcome).toEqual({ kind: "refusal", code: "computation-unknown" });
  });

  it("never follows a redirect with a query, and sends it as application/jose", async () => {
    const node = new FakeNode();
    await requesterOf(node).ask(question);
    const [post] = node.requests.filter(({ init }) => init?.method === "POST");
    expect(post).toMatchObject({
      url: `${nodeUrl}v1/queries`,
      init: { redirect: "error", headers: { "Content-Type": "application/jose" } },
    });
  });

  it("reads the catalogue, and says which computation is not in it", async () => {
    const requester = requesterOf(new FakeNode());
    expect((await requester.catalogue()).computations).toMatchObject([{ id: "sales-continuity", digest: computation.digest }]);
    expect(await codeOfAsync(requester.ask({ ...question, computation: "void-share" }))).toBe("computation-not-listed");
  });

  it("works over a log of several tiles", async () => {
    const node = new FakeNode();
    for (let i = 0; i < 300; i++) node.append(encodeEntry({ entry: "erasure-done/1", at: now, pages: i }));
    node.publish();
    const answered = await requesterOf(node).ask(question);
    expect(verifyEvidence(answered.evidence, node.trust())).toMatchObject({ verdict: "holds", index: 308 });
  });
});

describe("trust", () => {
  it("without a trust file is the node's own word, and the result says so", async () => {
    const answered = await requesterOf(new FakeNode(), { trust: undefined }).ask(question);
    expect(answered.trust).toBe("first-use");
  });

  it("is kept from the first use: a node that changes its log key later is found out", async () => {
    const node = new FakeNode();
    const requester = requesterOf(node, { trust: undefined });
    await requester.ask(question);
    const other = new FakeNode({ holder: "court.example" });
    for (const [path, bytes] of other.files) node.files.set(path, bytes);
    expect(await codeOfAsync(requester.ask(question))).toBe("holder-not-trusted");
  });

  it("given, refuses another holder's node before anything is asked", async () => {
    const node = new FakeNode({ holder: "court.example" });
    expect(await codeOfAsync(requesterOf(node, { trust: new FakeNode().trust() }).ask(question))).toBe("holder-not-trusted");
    expect(await codeOfAsync(requesterOf(node, { trust: new FakeNode().trust() }).catalogue())).toBe("holder-not-trusted");
    const query = await requesterOf(node).prepare(question);
    expect(await codeOfAsync(requesterOf(node, { trust: new FakeNode().trust() }).submit(query))).toBe("holder-not-trusted");
    expect(node.queries).toEqual([]);
  });

  it("refuses an answer whose key is not in the log, whatever the node's key list says", async () => {
    const node = new FakeNode({ acts: { ...governance, key: { ...governance.key, key: governance.logKey.key } } });
    expect(await codeOfAsync(requesterOf(node).ask(question))).toBe("answer-key-unknown");
  });

  it("refuses an answer whose key came into the log after it", async () => {
    const { key, ...acts } = governance;
    const node = new FakeNode({ acts });
    node.twist = { context: [2, 3, 4, 6, 8], after: [key] };
    expect(await codeOfAsync(requesterOf(node).ask(question))).toBe("evidence-entry-late");
  });
});

describe("a node that does not keep its rules", () => {
  it("refuses an answer that is not in the log where the node says", async () => {
    const node = new FakeNode();
    node.twist = { index: 7 };
    expect(await codeOfAsync(requesterOf(node).ask(question))).toBe("answer-not-logged");
  });

  it("refuses another query's answer", async () => {
    const node = new FakeNode();
    const old = node.reply(await requesterOf(node).prepare(question));
    node.instead.push(() => old);
    const requester = requesterOf(node, { randomBytes: (length) => new Uint8Array(length).fill(99) });
    expect(await codeOfAsync(requester.ask(question))).toBe("answer-for-other-query");
  });

  it("refuses an answer that stands in another holder's log, though that log is trusted too", async () => {
    const node = new FakeNode();
    node.twist = { claims: { iss: "court.example" } };
    expect(await codeOfAsync(requesterOf(node).ask(question))).toBe("evidence-other-holder");
  });

  it("refuses an answer from another environment than the one expected", async () => {
    expect(await codeOfAsync(requesterOf(new FakeNode(), { environment: "production" }).ask(question))).toBe("answer-wrong-environment");
  });

  const spoiled: readonly (readonly [path: string, code: string])[] = [
    ["tile/0/000.p/9", "tile-not-authentic"],
    ["tile/entries/000.p/9", "tile-not-authentic"],
  ];
  it.each(spoiled)("refuses %s when a byte in it was changed", async (path, code) => {
    const node = new FakeNode();
    const query = await requesterOf(node).prepare(question);
    const reply = node.reply(query);
    node.instead.push(() => reply);
    const bytes = node.files.get(path)?.slice() ?? new Uint8Array();
    bytes[40] = (bytes[40] ?? 0) ^ 1;
    node.write(path, bytes);
    expect(await codeOfAsync(requesterOf(node).submit(query))).toBe(code);
  });

  it("refuses a checkpoint of another key", async () => {
    const node = new FakeNode();
    const query = await requesterOf(node).prepare(question);
    const reply = node.reply(query);
    node.instead.push(() => reply);
    node.write("checkpoint", new TextDecoder().decode(node.files.get("checkpoint")).replace(/.{8}\n$/, "AAAAAAA=\n"));
    expect(await codeOfAsync(requesterOf(node).submit(query))).toMatch(/^note-signature/);
  });
});

describe("a network that fails", () => {
  const cut = (): Response => {
    throw new TypeError("fetch failed");
  };

  it("is tried again with the very same query", async () => {
    const node = new FakeNode();
    node.instead.push(cut, () => respond(503, "application/problem+json", "{}"), cut);
    const waits: number[] = [];
    const sleep = async (ms: number) => void waits.push(ms);
    await requesterOf(node, { sleep }).ask(question);
    expect(node.queries).toHaveLength(4);
    expect(new Set(node.queries).size).toBe(1);
    expect(waits).toEqual([250, 500, 1000]);
  });

  it("is given up after a bounded number of attempts; the query can be submitted again", async () => {
    const node = new FakeNode();
    node.instead.push(cut, cut);
    const requester = requesterOf(node, { attempts: 2 });
    const query = await requester.prepare(question);
    expect(await codeOfAsync(requester.submit(query))).toBe("node-unreachable");
    expect((await requester.submit(query)).outcome.kind).toBe("decision");
    expect(new Set(node.queries)).toEqual(new Set([query]));
  });

  it("shows the node's own error when it goes on refusing", async () => {
    const node = new FakeNode();
    const document = { type: "/problems/x", title: "x", status: 503, code: "vault-unreachable", detail: "Not now.", next: "Later." };
    const refuse = () => respond(503, "application/problem+json", JSON.stringify({ ...document, code: "node-not-ready" }));
    node.instead.push(refuse, refuse);
    expect(await codeOfAsync(requesterOf(node, { attempts: 2 }).ask(question))).toBe("node-not-ready");
  });

  it("does not try again what will not get better", async () => {
    const node = new FakeNode();
    node.instead.push(() =>
      respond(
        400,
        "application/problem+json",
        JSON.stringify({
          type: "/problems/query-expired",
          title: "x",
          status: 400,
          code: "query-expired",
          detail: "Late.",
          next: "Again.",
        }),
      ),
    );
    expect(await codeOfAsync(requesterOf(node).ask(question))).toBe("query-expired");
    expect(node.queries).toHaveLength(1);
  });

  it("refuses a reply without end", async () => {
    const node = new FakeNode();
    node.instead.push(() => respond(200, "application/json", "x".repeat(65_537)));
    expect(await codeOfAsync(requesterOf(node).ask(question))).toBe("reply-invalid");
  });
});

describe("the wait for the published log", () => {
  /** A node whose published files stay behind until they were looked up so many times. */
  async function lagging(lookUps: number): Promise<{ asked: Promise<Answered>; node: FakeNode }> {
    const node = new FakeNode();
    const requester = requesterOf(node, {
      fetch: async (url, init) => {
        if (url.endsWith("/checkpoint") && lookUps-- > 0) return respond(200, "text/plain", before);
        return node.fetch(url, init);
      },
    });
    const before = node.files.get("checkpoint") ?? new Uint8Array();
    return { asked: requester.ask(question), node };
  }

  it("ends when the checkpoint covers the answer", async () => {
    expect((await (await lagging(3)).asked).index).toBe(8);
  });

  it("is bounded", async () => {
    expect(await codeOfAsync((await lagging(99)).asked)).toBe("log-behind");
  });
});

describe("evidence fetched again", () => {
  it("carries the newer, cosigned checkpoint", async () => {
    const node = new FakeNode();
    const { claims: _, ...reply } = node.answer(await requesterOf(node).prepare(question));
    node.append(encodeEntry({ entry: "erasure-done/1", at: now, pages: 1 }));
    node.publish(now + 100);
    const text = await fetchEvidence({ nodeUrl, fetch: node.fetch, sleep: noSleep, trust: node.trust(true), ...reply });
    expect(verifyEvidence(text, node.trust(true))).toMatchObject({ verdict: "holds", witnessing: "quorum", log: { size: 10 } });
  });
});

it("takes a plain http address for this machine alone", () => {
  const node = new FakeNode();
  for (const address of ["http://127.0.0.1:8080/", "http://localhost:8080", "http://[::1]:9/", "https://tax.example/node"])
    expect(() => requesterOf(node, { nodeUrl: address })).not.toThrow();
  for (const address of [
    "http://tax.example/",
    "http://127.0.0.1.tax.example/",
    "ftp://tax.example/",
    "https://a:b@tax.example/",
    "https://tax.example/?x",
    "tax.example",
  ])
    expect(() => requesterOf(node, { nodeUrl: address }), address).toThrow(expect.objectContaining({ code: "node-url-invalid" }));
  expect(() => requesterOf(node, { nodeUrl: "http://tax.example/", allowPlainHttp: true })).not.toThrow();
});
