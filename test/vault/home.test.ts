import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { formatNote, signNote } from "../../src/note/signedNote.js";
import { homeAt, readNode, readSchemas } from "../../src/vault/home.js";
import { codeOf, codeOfAsync } from "../note/codeOf.js";
import {
  makeHome,
  openNode,
  policyText,
  publishSales,
  queryOf,
  riskReviewer,
  salesSchema,
  signed,
  smallNode,
  startOfTime,
  temporaryFolder,
} from "./smallNode.js";

test("a home whose sockets would have too long a path is refused before anything is made", () => {
  expect(codeOf(() => homeAt(`/${"x".repeat(100)}`))).toBe("home-path-too-long");
  expect(codeOf(() => homeAt(`/${"客".repeat(40)}`))).toBe("home-path-too-long");
  expect(codeOf(() => homeAt("/srv/frostglass/tax"))).toBeUndefined();
});

test("a folder that is no home says so", () => {
  expect(codeOf(() => readNode(homeAt(temporaryFolder())))).toBe("home-missing");
});

test.each([
  [
    "an unknown member",
    "frostglass: node/1\nholder: tax.example\nenvironment: test\nlisten: { host: h, port: 1, admin_port: 2 }\nmore: 1\n",
  ],
  ["a port that is none", "frostglass: node/1\nholder: tax.example\nenvironment: test\nlisten: { host: h, port: 70000, admin_port: 2 }\n"],
  [
    "another kind of environment",
    "frostglass: node/1\nholder: tax.example\nenvironment: play\nlisten: { host: h, port: 1, admin_port: 2 }\n",
  ],
])("node.yaml with %s is refused", async (_, text) => {
  const home = await makeHome();
  writeFileSync(home.nodeFile, text);
  expect(codeOf(() => readNode(home))).toBe("node-invalid");
});

test("a schema under another file name is refused", async () => {
  const home = await makeHome();
  writeFileSync(join(home.datasetsDir, "purchases.yaml"), salesSchema);
  expect(codeOf(() => readSchemas(home))).toBe("schema-name");
});

test("a schema that was changed after the import: the dataset can be replaced, not read and not added to", async () => {
  const node = await smallNode();
  await node.vault.close();
  // A comment changes the text, and with it the digest.
  writeFileSync(join(node.home.datasetsDir, "sales.yaml"), `${salesSchema}# changed\n`);
  const changed = await openNode(node.home, node.clock);
  const ask = () => codeOfAsync(changed.vault.submit(signed(queryOf(changed))));
  expect(await ask()).toBe("node-not-ready");
  expect(await codeOfAsync(publishSales(changed, 2, { E1: [1, 2] }, "append"))).toBe("page-schema-mismatch");
  await publishSales(changed, 2, { E1: [1, 2] }, "replace");
  expect(await ask()).toBeUndefined();
  await changed.vault.close();
});

test("an approved computation that a changed schema no longer fits is refused; the node runs", async () => {
  const node = await smallNode();
  await node.vault.close();
  writeFileSync(join(node.home.datasetsDir, "sales.yaml"), salesSchema.replace("  total:", "  sum:"));
  const changed = await openNode(node.home, node.clock);
  const { status, body } = await changed.vault.submit(signed(queryOf(changed)));
  expect([status, (JSON.parse(body) as { code: string }).code]).toEqual([403, "computation-not-approved"]);
  await changed.vault.close();
});

test("a home whose first policy came as a signed note opens with the text in it; one of another holder's is not made", async () => {
  const text = policyText({ more: "holder: tax.example\n" });
  const home = await makeHome(undefined, formatNote(text, [signNote(text, riskReviewer)]));
  const node = await openNode(home, { now: startOfTime });
  expect([node.vault.state.policy.holder, readFileSync(home.policyFile, "utf8")]).toEqual(["tax.example", text]);
  await node.vault.close();
  expect(await codeOfAsync(makeHome(undefined, policyText({ more: "holder: other.example\n" })))).toBe("policy-other-holder");
});
