import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { importRows } from "../../../src/datasets/import/importRows.js";
import { parseMapping } from "../../../src/datasets/import/mapping.js";
import { encodePage } from "../../../src/datasets/page.js";
import { parseSchema } from "../../../src/datasets/schema.js";
import { partsOfDay } from "../../../src/model/calendar.js";
import { folderFor, plainRows, pseudonymOf } from "./importing.js";

/** Invoices of 425 firms (CUMCM 2020, problem C). They may not be published, so they are not in this repository. */
const place = join(process.env.FROSTGLASS_DATA ?? resolve(import.meta.dirname, "../../../../shared/data"), "cumcm2020c-sme-invoices");
const isThere = existsSync(place);
if (!isThere) console.log(`Skipped: the invoice files are not at ${place}; name their parent folder in FROSTGLASS_DATA.`);

const folder = folderFor(afterAll);

const invoices = parseSchema(`frostglass: dataset/1
name: invoices
title: { en: Invoices }
subject: { scheme: opaque, pattern: "E[1-9][0-9]{0,5}" }
columns:
  number: { type: code }
  date: { type: date }
  party: { type: code }
  net: { type: money, currency: CNY }
  tax: { type: money, currency: CNY }
  total: { type: money, currency: CNY }
  status: { type: enum, members: [valid, void] }
`);

const mappingText = (party: string) => `frostglass: mapping/1
dataset: invoices
subject: { column: 企业代号 }
columns:
  number: { column: 发票号码 }
  date: { column: 开票日期, pattern: y/m/d }
  party: { column: ${party} }
  net: { column: 金额, unit: yuan }
  tax: { column: 税额, unit: yuan }
  total: { column: 价税合计, unit: yuan }
  status: { column: 发票状态, values: { 有效发票: valid, 作废发票: void } }
`;

/**
 * Counts with awk alone: rows, subjects, rows by status, net in fen, the sum of all dates as numbers YYYYMMDD, distinct parties of each subject.
 * Its doubles are exact here: every sum is an integer below 2^53.
 */
const counting = `
gzip -dc "$1" | LC_ALL=C awk -F, '
  function trimmed(text) { gsub(/^ +| +$|\r/, "", text); return text }
  NR > 1 {
    rows++; if (!($2 in subjects)) { subjects[$2] = 1; distinct++ }
    party = $2 "," trimmed($5); if (!(party in parties)) { parties[party] = 1; pairs++ }
    status[trimmed($9)]++; net += sprintf("%.0f", $6 * 100)
    split($4, date, "/"); dates += date[1] * 10000 + date[2] * 100 + date[3]
  }
  END { printf "[%d,%d,%d,%d,%.0f,%.0f,%d]", rows, distinct, status["有效发票"], status["作废发票"], net, dates, pairs }'
`;

async function countedHere(file: string, party: string): Promise<{ counts: number[]; pageBytes: number }> {
  const temporaryFolder = join(folder, "temporary");
  mkdirSync(temporaryFolder, { recursive: true });
  const mapping = parseMapping(mappingText(party), invoices);
  const totals = { valid: 0, void: 0, net: 0, dates: 0, parties: 0, pageBytes: 0 };
  // Little memory, so that the rows go over the disk.
  const request = { schema: invoices, mapping, files: [file], pseudonymOf, temporaryFolder, memory: 8_000_000 };
  const { accepted, subjects } = await importRows(request, async (groups) => {
    for await (const { columns } of groups) {
      totals.parties += columns.dictionary(2).length;
      totals.pageBytes += encodePage(invoices, columns).length;
      for (let i = 0; i < columns.records; i++) {
        columns.lane(6)[i] === 0 ? totals.valid++ : totals.void++;
        totals.net += columns.lane(3)[i] as number;
        totals.dates += dateNumber(columns.lane(1)[i] as number);
      }
    }
  });
  return { counts: [accepted, subjects, totals.valid, totals.void, totals.net, totals.dates, totals.parties], pageBytes: totals.pageBytes };
}

function dateNumber(day: number): number {
  const { year, month, day: dayOfMonth } = partsOfDay(day);
  return year * 10_000 + month * 100 + dayOfMonth;
}

describe.skipIf(!isThere)("the invoice files", () => {
  it.each([
    ["credit_input_invoices.csv.gz", "销方单位代号"],
    ["credit_output_invoices.csv.gz", "购方单位代号"],
    ["nocredit_input_invoices.csv.gz", "销方单位代号"],
    ["nocredit_output_invoices.csv.gz", "购方单位代号"],
  ])("are imported as awk counts them, within 40 bytes a record: %s", async (name, party) => {
    const file = join(place, name);
    const { counts, pageBytes } = await countedHere(file, party);
    expect(counts).toEqual(JSON.parse(execFileSync("sh", ["-c", counting, "sh", file], { encoding: "utf8" })));
    expect(pageBytes / (counts[0] ?? 0)).toBeLessThan(40);
  });

  it("and the table of firms, with its stray spaces", async () => {
    const ratings = parseSchema(`frostglass: dataset/1
name: ratings
title: { en: Ratings }
subject: { scheme: opaque }
columns:
  rating: { type: enum, members: [A, B, C, D] }
  defaulted: { type: boolean }
`);
    const mapping = parseMapping(
      `frostglass: mapping/1
dataset: ratings
subject: { column: 企业代号 }
columns:
  rating: { column: 信誉评级 }
  defaulted: { column: 是否违约, yes: [是], no: [否] }
`,
      ratings,
    );
    const temporaryFolder = join(folder, "temporary");
    const request = { schema: ratings, mapping, files: [join(place, "credit_firms.csv")], pseudonymOf, temporaryFolder };
    const imported = await importRows(request, async (groups) => {
      const rows: string[] = [];
      for await (const group of groups) rows.push(...plainRows(ratings, group).map(String));
      return rows.sort();
    });
    expect(imported).toMatchObject({ rows: 123, subjects: 123, ignoredColumns: ["企业名称"] });
    const script = `sed 's/\\r$//' "$1" | awk -F, 'NR > 1 { print index("ABCD", $3) - 1 "," ($4 == "是" ? 1 : 0) }' | LC_ALL=C sort`;
    const counted = execFileSync("sh", ["-c", script, "sh", join(place, "credit_firms.csv")], { encoding: "utf8" });
    expect(imported.result).toEqual(counted.trim().split("\n"));
  });
});
