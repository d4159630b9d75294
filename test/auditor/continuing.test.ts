import { describe, expect, it } from "vitest";
import { type AuditMemory, type AuditOptions, auditLog, compareLogs, formatAuditPage, parseTrust } from "../../src/auditor/index.js";
import { encodeUtf8 } from "../../src/bytes/utf8.js";
import { digestOf } from "../../src/model/digest.js";
import { formatNote, parseNote, signNote } from "../../src/note/signedNote.js";
import { formatVerifierKey, verifierKeyOf } from "../../src/note/verifierKey.js";
import { formatExportedAnswer, formatExportHeader } from "../../src/wire/answerExport.js";
import { encodeAnswerEntry, encodeEntry } from "../../src/wire/entry.js";
import { FakeNode, governance, keyText, now, otherDigest, seed } from "../evidence/fakeNode.js";
import { makeQuery } from "../evidence/makeEvidence.js";
import { codeOfAsync } from "../note/codeOf.js";

/* An auditor comes back: what was seen before binds the log. */

const checkpointOf = (node: FakeNode) => new TextDecoder().decode(node.files.get("checkpoint"));

function grow(node: FakeNode, count: number, name = "answer"): void {
  for (let i = 0; i < count; i++) node.append(encodeAnswerEntry(digestOf(encodeUtf8(`${name} ${i}`))));
  node.publish(now);
}

/** The memory of one auditor, and which paths were read from the log. */
function auditor(more: Pick<AuditOptions, "trust"> | undefined = undefined) {
  const kept: { text?: string } = {};
  const read: string[] = [];
  const tiles = new Map<string, Uint8Array>();
  const memory: AuditMemory = {
    load: async () => kept.text,
    save: async (text) => {
      kept.text = text;
    },
    readTile: async (path) => tiles.get(path),
    keepTile: async (path, bytes) => void tiles.set(path, bytes),
  };
  const audit = (node: FakeNode, onProgress?: (entries: number) => void, answers?: AuditOptions["answers"]) => {
    const readTile = async (path: string) => {
      read.push(path);
      return node.files.get(path);
    };
    return auditLog({ checkpoint: checkpointOf(node), readTile, trust: node.trust(), memory, onProgress, answers, ...more });
  };
  return { audit, kept, read, tiles };
}

describe("an audit that continues", () => {
  it("reads only what is new, and reports as one that read everything", async () => {
    const node = new FakeNode();
    const { audit, read } = auditor();
    grow(node, 700);
    node.append(encodeEntry({ entry: "key-added/1", at: now, role: "answer", key: "A".repeat(43) }));
    node.append(encodeEntry({ entry: "computation-revoked/1", at: now, computation: otherDigest })); // never approved: a finding
    node.publish(now);
    const first = await audit(node);
    expect([first.readBefore, first.findingCount, first.acts.length]).toEqual([0, 1, 10]);
    read.length = 0;
    grow(node, 600, "later");
    const second = await audit(node);
    expect([second.readBefore, second.size]).toEqual([710, 1310]);
    expect(read.filter((path) => path.startsWith("tile/entries/"))).toEqual([
      "tile/entries/002",
      "tile/entries/003",
      "tile/entries/004",
      "tile/entries/005.p/30",
    ]);
    const fresh = await auditor().audit(node);
    expect({ ...second, readBefore: 0 }).toEqual(fresh);
  });

  it("goes on after an interruption, without reading again what it had saved", async () => {
    const node = new FakeNode();
    grow(node, 256 * 300);
    const { audit, read } = auditor();
    const interrupted = audit(node, (entries) => {
      if (entries === 256 * 290) throw new Error("the auditor's machine stopped");
    });
    await expect(interrupted).rejects.toThrow("stopped");
    read.length = 0;
    const report = await audit(node);
    expect([report.readBefore, report.size, report.counts["answer/1"]]).toEqual([256 * 256, 256 * 300 + 8, 256 * 300]);
    expect(read.filter((path) => path.startsWith("tile/entries/")).length).toBeLessThan(60);
  });

  it("raises an alarm, and keeps both checkpoints, when the log does not continue", async () => {
    const { audit, kept } = auditor();
    const honest = new FakeNode();
    grow(honest, 400);
    await audit(honest);
    const before = kept.text;
    for (const [more, fork] of [
      [400, "fork"],
      [900, "fork"],
      [100, "fork"],
    ] as const) {
      const forked = new FakeNode();
      grow(forked, more, fork);
      const report = await audit(forked);
      expect(report.alarm).toMatchObject({ kind: "forked", before: checkpointOf(honest), now: checkpointOf(forked) });
      expect(kept.text).toBe(before);
    }
  });

  it("raises an alarm when an older state of the same log is shown", async () => {
    const { audit, kept } = auditor();
    const [node, yesterday] = [new FakeNode(), new FakeNode()];
    grow(yesterday, 300);
    grow(node, 500);
    await audit(node);
    const before = kept.text;
    expect((await audit(yesterday)).alarm).toMatchObject({ kind: "went-back", words: expect.stringContaining("308") });
    expect(kept.text).toBe(before);
    grow(node, 1, "later");
    expect((await audit(node)).alarm).toBeUndefined();
  });

  it("keeps nothing that is not authentic: what was garbled on its way once is read again", async () => {
    const node = new FakeNode();
    grow(node, 300);
    const good = new Map(node.files);
    for (const path of ["tile/0/000", "tile/0/001.p/52", "tile/1/000.p/1", "tile/entries/000", "tile/entries/001.p/52"]) {
      const { audit } = auditor();
      const bad = new Uint8Array(good.get(path) ?? []);
      bad[20] = (bad[20] ?? 0) ^ 1;
      node.write(path, bad);
      expect(await codeOfAsync(audit(node))).toMatch(/^tile-not-authentic$|^entry-bundle-malformed$/);
      node.write(path, good.get(path) as Uint8Array);
      expect(await audit(node)).toMatchObject({ size: 308, findingCount: 0 });
    }
  });

  it("keeps no text but the one that the log names", async () => {
    const node = new FakeNode();
    const texts = [...node.files.keys()].filter((path) => /^(notes|policies)\//.test(path));
    const good = new Map(node.files);
    const kept = new Set<string>();
    let begun: string | undefined;
    const memory: AuditMemory = {
      load: async () => begun,
      save: async (text) => {
        begun = text;
      },
      readTile: async () => undefined,
      keepTile: async (path) => void kept.add(path),
    };
    const audit = () => {
      const read = async (path: string) => node.files.get(path);
      return auditLog({ checkpoint: checkpointOf(node), readTile: read, readText: read, trust: node.trust(), memory });
    };
    for (const path of texts) node.write(path, "<html>Bad gateway</html>");
    await audit();
    expect(texts.filter((path) => kept.has(path))).toEqual([]);
    for (const path of texts) node.write(path, good.get(path) as Uint8Array);
    begun = undefined;
    expect((await audit()).findings).toEqual([]);
    expect(texts.filter((path) => kept.has(path))).toEqual(texts);
  });

  it("keeps of a full tile that stands in for a partial one what the tree vouches for", async () => {
    const [node, larger] = [new FakeNode(), new FakeNode()];
    grow(node, 100);
    grow(larger, 300);
    const partial = ["tile/0/000.p/108", "tile/entries/000.p/108"].map((path) => [path, node.files.get(path)] as const);
    for (const [path] of partial) node.files.delete(path); // superseded, as a node may
    for (const path of ["tile/0/000", "tile/entries/000"]) node.write(path, larger.files.get(path) as Uint8Array);
    const { audit, tiles } = auditor();
    expect(await audit(node)).toMatchObject({ size: 108 });
    expect([...tiles].sort()).toEqual(partial);
  });

  it("goes on after the log changed its key, with a trust file that names the new one alone", async () => {
    const node = new FakeNode();
    const { audit } = auditor();
    await audit(node);
    for (const entry of ["key-added/1", "key-retired/1"] as const)
      node.append(encodeEntry({ entry, at: now, role: "log", key: keyText(entry === "key-added/1" ? "next log" : "log") }));
    node.publish();
    const signer = { name: "tax.example", privateKey: seed("next log") };
    const { text } = parseNote(checkpointOf(node));
    node.write("checkpoint", formatNote(text, [signNote(text, signer)]));
    node.trust = () => parseTrust(`log ${formatVerifierKey(verifierKeyOf(signer))}\nquorum none\n`);
    expect(await audit(node)).toMatchObject({ readBefore: 8, size: 10, findings: [] });
  });

  it("refuses a memory of another log, and one that cannot be read", async () => {
    const { audit, kept } = auditor();
    await audit(new FakeNode());
    const other = new FakeNode({ holder: "other.example" });
    expect(await codeOfAsync(audit(other))).toBe("audit-other-log");
    for (const text of ["", "{}", (kept.text ?? "").slice(0, -20), (kept.text ?? "").replace('"size":8', '"size":-1')]) {
      kept.text = text;
      expect(await codeOfAsync(audit(new FakeNode()))).toBe("audit-state-invalid");
    }
  });
});

describe("two auditors who compare", () => {
  const [node, same, forked] = [new FakeNode(), new FakeNode(), new FakeNode()];
  grow(node, 700);
  grow(same, 300);
  grow(forked, 700, "fork");
  const shown = (of: FakeNode, tiles = true) => ({
    checkpoint: checkpointOf(of),
    readTile: tiles ? async (path: string) => of.files.get(path) : undefined,
  });
  const compare = (a: ReturnType<typeof shown>, b: ReturnType<typeof shown>) => compareLogs(a, b, node.trust());

  it.each([
    ["same", node, node, true],
    ["continues", node, same, true],
    ["split-view", node, forked, false],
    ["split-view", forked, same, true],
    ["undecided", node, same, false],
  ] as const)("%s", async (relation, a, b, tiles) => {
    expect((await compare(shown(a, tiles), shown(b, false))).relation).toBe(relation);
    expect((await compare(shown(b, false), shown(a, tiles))).relation).toBe(relation);
  });

  it("are not told of a split view by a checkpoint that the log did not sign", async () => {
    const altered = { ...shown(forked), checkpoint: checkpointOf(forked).replace("\n708\n", "\n709\n") };
    expect(await codeOfAsync(compare(shown(node), altered))).toBe("note-signature-invalid");
  });
});

describe("the report as a page", () => {
  it("shows verdict, acts and findings, runs nothing and fetches nothing", async () => {
    const node = new FakeNode();
    node.append(encodeEntry({ entry: "requester-added/1", at: now, requester: "<script>alert(1)</script>", keys: ["A".repeat(43)] }));
    node.append(encodeEntry({ entry: "computation-revoked/1", at: now, computation: otherDigest }));
    node.publish(now);
    const page = formatAuditPage(await auditor().audit(node), now);
    expect(page).toContain("1 finding.");
    expect(page).toContain("bank.example may run sales-continuity for loan-origination");
    expect(page).toContain("A computation is ended that was never approved.");
    expect(page).not.toMatch(/<script|<link|<img|src=|href=/);
  });

  it("never lets a log pass that no quorum has cosigned, or whose key nobody vouched for", async () => {
    const node = new FakeNode();
    const report = await auditLog({
      checkpoint: checkpointOf(node),
      readTile: async (path) => node.files.get(path),
      trust: node.trust(true),
    });
    const page = formatAuditPage({ ...report, trust: "first-use" }, now);
    expect(page).toContain("Not witnessed.");
    expect(page).toContain("Nobody&#39;s word but the log&#39;s own.".replace(/&#39;/g, "'"));
    expect(page).not.toContain("Nothing was found.");
  });
});

describe("a key that the log gives up", () => {
  const trust = new FakeNode().trust(true);
  const since = now + 100;

  /** Two answers, of which the auditor saw the first under a checkpoint that was cosigned early; then the log gives their key up. */
  async function givenUp() {
    const node = new FakeNode();
    const { audit } = auditor({ trust });
    const answers = [node.answer(makeQuery())];
    node.publish(now + 9);
    await audit(node);
    answers.push(node.answer(makeQuery()));
    node.append(encodeEntry({ ...governance.key, entry: "key-compromised/1", at: now + 150, size: (answers[1]?.index ?? 0) + 1, since }));
    node.publish(now + 200);
    const found = async (by: typeof audit) => {
      const { findings } = await by(node, undefined, exportOf(answers));
      return findings
        .filter(({ rule }) => rule === "answer-key-uncompromised")
        .map(({ index }) => answers.findIndex((each) => each.index === index));
    };
    return { node, audit, found };
  }

  async function* exportOf(answers: readonly { readonly answer: string; readonly index: number }[]) {
    yield formatExportHeader({ holder: "tax.example", size: (answers.at(-1)?.index ?? 0) + 1, from: 0, until: since });
    for (const { answer, index } of answers)
      yield formatExportedAnswer({ position: index, account: "A".repeat(22), ceiling: "B".repeat(22), answer });
  }

  it("takes no answer that the auditor saw under an early cosignature, however long ago that was", async () => {
    const { node, audit, found } = await givenUp();
    expect(await found(audit)).toEqual([1]);
    for (let later = 1; later <= 200; later++) {
      grow(node, 1, `later ${later}`);
      node.publish(now + 200 + later);
      await audit(node);
    }
    expect(await found(audit)).toEqual([1]);
  });

  it("takes both from an auditor who comes later, and from one who asks for no witness", async () => {
    const { audit, found } = await givenUp();
    expect(await found(auditor({ trust }).audit)).toEqual([0, 1]);
    expect(await found(auditor().audit)).toEqual([0, 1]);
    expect(await found(audit)).toEqual([1]);
  });
});
