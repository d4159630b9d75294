import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { importPrivateKey, randomBytes } from "#crypto";
import { formatBase64Url } from "../../src/bytes/base64.js";
import { markedNode, removeHome } from "../attacks/marked.js";
import { queryOf, type SmallNode, signed } from "../vault/smallNode.js";
import { poll } from "./processes.js";
import { expectLogged, readPublicLog } from "./publicLog.js";

/*
 * The files below `public/` follow what is durable. Whichever of them cannot be written: answers go on, administration goes on, what an outsider
 * finds there meanwhile is an older state that is whole, and it catches up by itself once the disk takes files again.
 */

let node: SmallNode;
const failures: unknown[] = [];
const released: string[] = [];

beforeAll(async () => {
  node = await markedNode();
});
beforeEach(() => {
  failures.length = 0;
  node.vault.onPublishFailure = (thrown) => failures.push(thrown);
});
afterAll(async () => {
  await node.vault.close();
  removeHome(node.home);
});

/** A folder where the publisher wants to write makes exactly that write fail. */
function block(path: string): () => void {
  const blocked = join(node.home.publicDir, `${path}.partial`);
  mkdirSync(dirname(blocked), { recursive: true });
  mkdirSync(blocked);
  return () => rmSync(blocked, { recursive: true });
}

async function ask(): Promise<void> {
  const { status, body } = await node.vault.submit(signed(queryOf(node, { subject: { scheme: "opaque", id: "MARKED000001" } })));
  expect(status).toBe(200);
  released.push(body);
}

async function caughtUp(): Promise<void> {
  await poll(async () => (await readPublicLog(node.home)).report.size === node.vault.head.size);
  expectLogged(await readPublicLog(node.home), released);
}

test.each([
  ["the bundle of entries", (): string => `tile/entries/000.p/${node.vault.head.size + 1}`],
  ["a tile of hashes", (): string => `tile/0/000.p/${node.vault.head.size + 1}`],
  ["the checkpoint", (): string => "checkpoint"],
] as const)("answers go on while %s cannot be written, and it is written later", async (_, pathOf) => {
  const unblock = block(pathOf());
  await ask();
  await poll(() => failures.length > 0);
  const { report } = await readPublicLog(node.home);
  expect(report.size).toBeLessThan(node.vault.head.size);
  expect(report.findings).toEqual([]);
  unblock();
  await caughtUp();
});

test.each(["computations.json", "computations/total-above.json", "jwks.json", "trust", "checkpoint"])(
  "an act of administration is in force although %s cannot be written, and it is written at the next chance",
  async (path) => {
    const unblock = block(path);
    const requester = `other-${failures.length}-${path.replace(/[^a-z]/g, "-")}.example`;
    const key = importPrivateKey(randomBytes(32)).publicKey.bytes;
    node.run({ act: "add-requester", requester, keys: [formatBase64Url(key)] });
    expect(failures).toHaveLength(1);
    expect(node.vault.state.governance.requesters.has(requester)).toBe(true);
    unblock();
    node.vault.publish();
    await caughtUp();
  },
);

test("public/ is written whole again after all of it was lost, and a torn checkpoint is no obstacle", async () => {
  await ask();
  rmSync(node.home.publicDir, { recursive: true });
  mkdirSync(node.home.publicDir);
  node = await node.reopened();
  node.vault.publish();
  await caughtUp();
  expect(readdirSync(node.home.publicDir)).toContain("computations.json");
  expect(readFileSync(join(node.home.publicDir, "checkpoint"), "utf8")).toBe(node.vault.head.checkpoint);
});
