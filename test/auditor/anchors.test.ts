import { copyFileSync, existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { auditFiles, formatAuditPage } from "../../src/auditor/index.js";
import { folderFiles } from "../../src/cli/audit/mirror.js";
import { formatNote, parseNote, signNote } from "../../src/note/signedNote.js";
import { archiveLog } from "../../src/vault/log/archiveLog.js";
import { Authority, hasOpenssl } from "../anchor/authority.js";
import { frostglass } from "../faults/processes.js";
import { queryOf, type SmallNode, signed, smallNode, temporaryFolder } from "../vault/smallNode.js";
import { spawnFrostglass } from "./spawnFrostglass.js";

describe.skipIf(!hasOpenssl)("frostglass anchor", () => {
  let authority: Authority;
  let url: string;
  let node: SmallNode;
  let size: number;
  const anchored = (ending: string) => join(node.home.publicDir, "anchors", `${size}.${ending}`);
  const audited = async (folder = node.home.publicDir) => auditFiles(folderFiles(folder), {});

  beforeAll(async () => {
    authority = new Authority();
    url = await authority.listen();
    node = await smallNode();
    node.vault.publish();
    size = node.vault.head.size;
  });
  afterAll(async () => {
    await node.vault.close();
    await authority.close();
  });

  it("has the published checkpoint vouched for, beside a running vault and without its passphrase", async () => {
    const { status, stdout, stderr } = await spawnFrostglass("anchor", "--home", node.home.dir, "--tsa", url);
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(new RegExp(`anchored\\s+${size} entries`));
    expect(readFileSync(anchored("checkpoint"))).toEqual(readFileSync(join(node.home.publicDir, "checkpoint")));
    expect(authority.verify(anchored("checkpoint"), anchored("tsr"))).toMatch(/Verification: OK/);
  });

  it("asks once for one checkpoint", async () => {
    const before = readFileSync(anchored("tsr"));
    const { status, stdout } = await spawnFrostglass("anchor", "--home", node.home.dir, "--tsa", url);
    expect([status, stdout]).toEqual([0, expect.stringMatching(/anchored already/)]);
    expect(readFileSync(anchored("tsr"))).toEqual(before);
  });

  it("is listed by an audit, which holds it against the log, also when the log has grown", async () => {
    await node.vault.submit(signed(queryOf(node)));
    node.vault.publish();
    const report = await audited();
    expect(report.anchors).toEqual([expect.objectContaining({ size, kind: "rfc3161", result: "holds" })]);
    expect(report.size).toBe(size + 1);
    expect(formatAuditPage(report, 0)).toMatch(new RegExp(`<h2>Anchors</h2>\\n<ul><li>${size} entries: holds\\.`));
    const { status, stdout } = frostglass("audit", node.home.publicDir);
    expect([status, stdout]).toEqual([0, expect.stringMatching(/anchor: The first \d+ entries were there at/)]);
    expect(stdout).toContain("whether the authority signed it was not checked"); // a holder can write a reply of any time
  });

  it("goes over a request and a reply in files, for an authority that the machine cannot reach", () => {
    size = node.vault.head.size;
    const folder = temporaryFolder();
    const [query, reply] = [join(folder, "a.tsq"), join(folder, "a.tsr")];
    expect(frostglass("anchor", "--home", node.home.dir, "--query-only", query).status).toBe(0);
    writeFileSync(reply, authority.reply(readFileSync(query)));
    expect(frostglass("anchor", "--home", node.home.dir, "--query", query, "--reply", reply).stdout).toMatch(/^anchored/);
    expect(authority.verify(anchored("checkpoint"), anchored("tsr"))).toMatch(/Verification: OK/);
    const strange = frostglass(
      "anchor",
      "--home",
      node.home.dir,
      "--query",
      query,
      "--reply",
      join(node.home.publicDir, "anchors", `${size - 1}.tsr`),
    );
    expect([strange.status, strange.stderr]).toEqual([2, expect.stringMatching(/^anchor-mismatch/)]);
  });

  it("goes with an archive of the log as far as that reaches", async () => {
    const [files, out] = [folderFiles(node.home.publicDir), temporaryFolder()];
    const earlier = readFileSync(join(node.home.publicDir, "anchors", `${size - 1}.checkpoint`), "utf8");
    const atFirst = { ...files, text: async (path: string) => (path === "checkpoint" ? earlier : files.text(path)) };
    const archive = (published: typeof files) =>
      archiveLog({ dir: node.home.publicDir, files: published }, { dir: out, files: folderFiles(out) }, () => undefined);
    await archive(atFirst);
    expect((await audited(out)).anchors).toEqual([expect.objectContaining({ size: size - 1, result: "holds" })]);
    await archive(files);
    expect((await audited(out)).anchors.map(({ result }) => result)).toEqual(["holds", "holds"]);
  });

  it("says what is wrong: no authority there, none of that kind, nothing asked for", async () => {
    await node.vault.submit(signed(queryOf(node)));
    node.vault.publish();
    const gone = await spawnFrostglass("anchor", "--home", node.home.dir, "--tsa", `${url.replace(/\d+\/$/, "1/")}`);
    expect(gone.stderr).toMatch(/^node-unreachable/);
    expect(frostglass("anchor", "--home", node.home.dir).status).toBe(2);
  });

  it("finds what is anchored and not in the log, and what is another text than was anchored", async () => {
    const list = join(node.home.publicDir, "anchors", "index.json");
    const kept = readFileSync(anchored("checkpoint"), "utf8");
    const forked = parseNote(kept).text.replace(/^[A-Za-z0-9+/]{43}=$/m, `${"A".repeat(43)}=`);
    const fork = formatNote(forked, [signNote(forked, { name: "tax.example", privateKey: node.keyring.log })]);
    copyFileSync(anchored("tsr"), `${anchored("tsr")}.kept`);
    writeFileSync(anchored("checkpoint"), fork);
    expect((await audited()).anchors.map(({ code }) => code)).toContain("anchor-mismatch");
    const request = join(temporaryFolder(), "fork.tsq");
    authority.openssl("ts", "-query", "-data", anchored("checkpoint"), "-sha256", "-cert", "-out", request);
    writeFileSync(anchored("tsr"), authority.reply(readFileSync(request)));
    expect((await audited()).anchors.map(({ code }) => code)).toContain("anchor-contradicts-log");
    expect(frostglass("audit", node.home.publicDir).status).toBe(1);
    writeFileSync(anchored("checkpoint"), kept.replace("tax.example", "tex.example"));
    expect((await audited()).anchors.filter(({ result }) => result === "fails")).toHaveLength(1);
    writeFileSync(anchored("checkpoint"), kept);
    renameSync(`${anchored("tsr")}.kept`, anchored("tsr"));
    expect((await audited()).anchors.every(({ result }) => result === "holds")).toBe(true);
    expect(existsSync(list)).toBe(true);
  });

  it("is not taken on the word of a list that cannot be read, or names what is not there", async () => {
    const list = join(node.home.publicDir, "anchors", "index.json");
    const kept = readFileSync(list);
    writeFileSync(list, '{"anchors":[{"size":3,"kind":"rfc3161"},{"size":3,"kind":"chain"}]}');
    expect((await audited()).anchors.map(({ code }) => code)).toEqual(["published-file-missing", "anchor-kind-unknown"]);
    writeFileSync(list, "{}");
    const unread = await audited();
    expect(unread).toMatchObject({ anchors: [], anchorsUnread: { code: "anchor-list-invalid" } });
    expect(formatAuditPage(unread, 0)).toContain("They could not be read");
    writeFileSync(list, kept);
  });
});
