import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import type { Home } from "../../src/vault/home.js";
import { publishSales, queryOf, type SmallNode, salesSchema, signed, smallNode } from "../vault/smallNode.js";

/*
 * A node of two datasets and four epochs, in which E1 has four pages: two that an import replaced since, one that is in force, and one in the other
 * dataset. They are long enough that they fill several pages of the database.
 */

const long = (factor: number) => Array.from({ length: 900 }, (_, i) => (factor * (i + 1)) % 999_983);

export const firm = "E1";
export const pagesOfFirm = 4;

export async function erasableNode(): Promise<SmallNode> {
  const node = await smallNode();
  await publishSales(node, 2, { [firm]: long(1_000_003), E2: [7] });
  writeFileSync(join(node.home.datasetsDir, "bills.yaml"), salesSchema.replace("name: sales", "name: bills"));
  node.vault.state.readNewSchemas();
  await publishSales(node, 3, { [firm]: long(7_654_321), E2: [1] }, "append", "bills");
  await publishSales(node, 4, { [firm]: long(123_457), E2: [20_000, 30_000], E3: [1, 2] }, "replace");
  return node;
}

/** Every sealed page of a subject, in whatever segment file it lies. */
export function sealedPages({ home, vault }: SmallNode, id: string): Buffer[] {
  const pseudonym = vault.state.pseudonymOf({ scheme: "opaque", id });
  const files = readdirSync(home.epochsDir).filter((name) => name.endsWith(".db"));
  return files.flatMap((name) => {
    const database = new Database(join(home.epochsDir, name), { readonly: true });
    const pages = database.prepare<[Uint8Array], Buffer>("SELECT sealed FROM page WHERE pseudonym = ?").pluck().all(pseudonym);
    database.close();
    return pages;
  });
}

/** How many pieces of 32 bytes of these pages lie anywhere in the files of a home. */
export function piecesFound({ dir }: Home, pages: readonly Buffer[]): number {
  const pieces = pages.flatMap((page) =>
    Array.from({ length: Math.floor(page.length / 32) }, (_, i) => page.subarray(32 * i, 32 * i + 32)),
  );
  const entries = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const files = entries.map((entry) => readFileSync(join(entry.parentPath, entry.name)));
  return pieces.filter((piece) => files.some((file) => file.includes(piece))).length;
}

export function askAbout(node: SmallNode, id: string): string {
  return signed(queryOf(node, { subject: { scheme: "opaque", id } }));
}
