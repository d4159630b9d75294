import { describe, expect, it } from "vitest";
import { type AuditMemory, auditLog, compareLogs, formatAuditPage } from "../../src/auditor/index.js";
import { encodeUtf8 } from "../../src/bytes/utf8.js";
import { digestOf } from "../../src/model/digest.js";
import { encodeAnswerEntry, encodeEntry } from "../../src/wire/entry.js";
import { FakeNode, now, otherDigest } from "../evidence/fakeNode.js";
import { codeOfAsync } from "../note/codeOf.js";

/* An auditor comes back: what was seen before binds the log. */

const checkpointOf = (node: FakeNode) => new TextDecoder().decode(node.files.get("checkpoint"));

function grow(node: FakeNode, count: number, name = "answer"): void {
  for (let i = 0; i < count; i++) node.append(encodeAnswerEntry(digestOf(encodeUtf8(`${name} ${i}`))));
  node.publish(now);
}

/** The memory of one auditor, and which paths were read from the log. */
function auditor() {
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
  const audit = (node: FakeNode, onProgress?: (entries: number) => void) => {
    const readTile = async (path: string) => {
      read.push(path);
      return node.files.get(path);
    };
    return auditLog({ checkpoint: checkpointOf(node), readTile, trust: node.trust(), memory, onProgress });
  };
  return { audit, kept, read };
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
});
