import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { approved, publishSales, queryOf, type SmallNode, salesSchema, signed, smallNode, totalAbove } from "./smallNode.js";

/* A holder copies a schema into the home while the node runs. */

const refundsSchema = salesSchema.replace("name: sales", "name: refunds");
const refundsAbove = totalAbove.replace("id: total-above", "id: refunds-above").replace("sales: sales", "sales: refunds");

let node: SmallNode;
afterEach(() => node.vault.close());

const put = (name: string, text: string) => writeFileSync(join(node.home.datasetsDir, `${name}.yaml`), text);

describe("a schema that is put into the home of a running node", () => {
  it("serves the next import and the next computation", async () => {
    node = await smallNode();
    put("refunds", refundsSchema);
    await publishSales(node, 2, { E1: [70_000, 1] }, "append", "refunds");
    node.run({ act: "add-computation", note: approved(refundsAbove, refundsSchema) });
    expect([...node.vault.state.datasets().keys()].sort()).toEqual(["refunds", "sales"]);
    expect(node.vault.state.computations.get(node.digestOf("refunds-above"))?.datasets[0]?.name).toBe("refunds");
  });

  it("is not needed before: without it a computation over it is refused, and nothing is done", async () => {
    node = await smallNode();
    const size = node.vault.head.size;
    expect(() => node.run({ act: "add-computation", note: approved(refundsAbove, refundsSchema) })).toThrow(
      expect.objectContaining({ code: "manifest-invalid" }),
    );
    expect(node.vault.head.size).toBe(size);
  });

  it("takes the place of none that is in use: answers go on under the text that the records belong to", async () => {
    node = await smallNode();
    put("sales", `${salesSchema}  # another text\n`);
    put("refunds", refundsSchema);
    node.run({ act: "add-computation", note: approved(refundsAbove, refundsSchema) });
    const { status } = await node.vault.submit(signed(queryOf(node)));
    expect(status).toBe(200);
  });

  it("is refused in words, not as a fault of the node, when it is wrong", async () => {
    node = await smallNode();
    put("refunds", refundsSchema.replace("money", "gold"));
    expect(() => node.run({ act: "add-computation", note: approved(refundsAbove, refundsSchema) })).toThrow(
      expect.objectContaining({ code: "schema-invalid" }),
    );
  });
});
