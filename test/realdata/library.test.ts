import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type DatasetSchema, parseSchema } from "../../src/datasets/schema.js";
import { recordBytes, recordFiles, sampleFirms, sampleSpan } from "../../src/sample/index.js";
import { type Answered, importPages, type Pages, Shelf } from "../library/evaluating.js";
import { manifestOf, schemas, textOf } from "../library/shelves.js";
import { beside, cannotRunOn, cannotRunPython, differences, oracle, realData } from "./realData.js";

/*
 * The computations of the library, as they are, over real invoices and real payments, and all of them over the sample. What each answers about each firm
 * has to be what the program in oracle/library.py, which knows their explanations and nothing of their manifests, computes from the same files.
 */

type Answers = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, Answered>>>>>>;

const folder = mkdtempSync(join(tmpdir(), "frostglass-shelf-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Answers every question that the oracle answered. */
function answersOf(shelf: Shelf, expected: Answers): Answers {
  const perDay = Object.entries(expected).map(([day, questions]) => {
    const perQuestion = Object.entries(questions).map(([question, firms]) => {
      return [question, Object.fromEntries(Object.keys(firms).map((firm) => [firm, shelf.answer(question, firm, day)]))];
    });
    return [day, Object.fromEntries(perQuestion)];
  });
  return Object.fromEntries(perDay);
}

/** How often each outcome came, so that agreement about nothing but no-record is seen. */
function outcomesOf(answers: Answers, day: string, question: string): ReadonlySet<string> {
  return new Set(Object.values(answers[day]?.[question] ?? {}).map(({ outcome }) => JSON.stringify(outcome)));
}

/** The library's texts for subjects that are no Chinese firms: schema and manifest change together, in one line each. */
const otherSubjects = (dataset: string, pattern: string): DatasetSchema =>
  parseSchema(changed(textOf(`datasets/${dataset}.yaml`), "{ scheme: uscc }", `{ scheme: opaque, pattern: "${pattern}" }`));
const ofOthers = (id: string): string => changed(manifestOf(id), "\nsubject: uscc\n", "\nsubject: opaque\n");

function changed(text: string, from: string, to: string): string {
  if (text.split(from).length !== 2) throw new Error(`${from} does not stand once in the text`);
  return text.replace(from, to);
}

describe.skipIf(cannotRunOn("cumcm2020c-sme-invoices"))("the invoices of the 123 rated firms", () => {
  const set = "cumcm2020c-sme-invoices";
  const days = ["2019-12-31", "2020-02-29"] as const;

  it("get the answers of the independent program", async () => {
    const computing = oracle<Answers>("library.py", "invoices", realData(set), ...days);
    const found = new Map<string, DatasetSchema>();
    const pages = new Map<string, Pages>();
    for (const [dataset, plain, side] of [
      ["vat-sales", "sales", "output"],
      ["vat-purchases", "purchases", "input"],
    ] as const) {
      const schema = otherSubjects(dataset, "E[1-9][0-9]*");
      const mapping = changed(readFileSync(beside("sme", "mappings", `${plain}.yaml`), "utf8"), `dataset: ${plain}`, `dataset: ${dataset}`);
      found.set(dataset, schema);
      pages.set(dataset, await importPages(schema, mapping, [realData(set, `credit_${side}_invoices.csv.gz`)], folder));
    }
    const ids = ["sales-trend", "sales-continuity", "buyer-concentration", "void-ratio", "margin"];
    const expected = await computing;
    expect(Object.keys(expected[days[0]]?.["sales-trend"] ?? {})).toHaveLength(123);
    const answers = answersOf(new Shelf(ids.map(ofOthers), found, pages), expected);
    expect(differences(answers, expected)).toEqual([]);
    for (const question of Object.keys(expected[days[0]] ?? {})) expect(outcomesOf(answers, days[0], question).size).toBeGreaterThan(2);
  }, 120_000);
});

describe.skipIf(cannotRunOn("ibm-accounts-receivable"))("2,466 invoices of 100 customers, as they stood on a day", () => {
  const days = ["2013-03-31", "2013-12-31"];
  const pattern = "[0-9]{4}-[A-Z]{5}";
  const header = (dataset: string) => `frostglass: mapping/1\ndataset: ${dataset}\nsubject: { column: customerID }\ncolumns:\n`;
  const mappings = {
    "trade-payments": `${header("trade-payments")}  invoice: { column: invoiceNumber }
  creditor: { column: countryCode }
  invoiced_on: { column: InvoiceDate, pattern: m/d/yyyy }
  due_on: { column: DueDate, pattern: m/d/yyyy }
  settled_on: { column: SettledDate, pattern: m/d/yyyy }
  days_late: { days_from: due_on, to: settled_on }
  amount: { column: InvoiceAmount }
  disputed: { column: Disputed, yes: ["Yes"], no: ["No"] }
`,
    "utility-bills": `${header("utility-bills")}  utility: { column: PaperlessBill, values: { Paper: power, Electronic: water } }
  due_on: { column: DueDate, pattern: m/d/yyyy }
  amount: { column: InvoiceAmount }
  paid_on: { column: SettledDate, pattern: m/d/yyyy }
  days_late: { days_from: due_on, to: paid_on }
  status: { column: status }
`,
  };

  /** What was written by that day; what was settled later stands open. A status column is added, as a utility's file has one. */
  function asItStood(day: string): string {
    const [head = "", ...rows] = readFileSync(realData("ibm-accounts-receivable", "accounts-receivable.csv"), "utf8").trim().split(/\r?\n/);
    const asOf = Date.parse(day);
    const then = rows
      .map((row) => row.split(","))
      .filter((cells) => Date.parse(cells[4] ?? "") <= asOf)
      .map((cells) => {
        const settled = Date.parse(cells[8] ?? "") <= asOf;
        const status = cells[7] === "Yes" ? "disputed" : settled ? "paid" : "unpaid";
        return [...cells.with(8, settled ? (cells[8] ?? "") : ""), status].join(",");
      });
    const path = join(folder, `receivables-${day}.csv`);
    writeFileSync(path, `${[`${head},status`, ...then].join("\n")}\n`);
    return path;
  }

  it.each(days)(
    "on %s get the answers of the independent program, as trade payments and as bills",
    async (day) => {
      const file = asItStood(day);
      const found = new Map<string, DatasetSchema>();
      const pages = new Map<string, Pages>();
      for (const [dataset, mapping] of Object.entries(mappings)) {
        const schema = otherSubjects(dataset, pattern);
        found.set(dataset, schema);
        pages.set(dataset, await importPages(schema, mapping, [file], folder));
      }
      const expected = await oracle<Answers>("library.py", "receivables", file, day);
      const answers = answersOf(new Shelf(["payment-delay", "utility-arrears"].map(ofOthers), found, pages), expected);
      expect(differences(answers, expected)).toEqual([]);
      expect(outcomesOf(answers, day, "payment-delay grace=0").size).toBeGreaterThan(2);
      expect(outcomesOf(answers, day, "utility-arrears most_late=1").size).toBeGreaterThan(1);
    },
    60_000,
  );
});

describe.skipIf(cannotRunPython())("the sample's firms", () => {
  const firms = sampleFirms("oracle", 120);
  // Months end on other days, and one of the days is in a month that the sample's records do not reach the end of.
  const days = [sampleSpan.asOf, "2025-02-28", "2024-10-15"];

  it("get the answers of the independent program from every computation", async () => {
    const pages = new Map<string, Pages>();
    for (const file of recordFiles) {
      const path = join(folder, `${file.dataset}.csv`);
      writeFileSync(path, Buffer.concat([...recordBytes(file, firms, "oracle")]));
      const schema = schemas.get(file.dataset) as DatasetSchema;
      pages.set(
        file.dataset,
        await importPages(schema, textOf(`mappings/${file.dataset}.yaml`), [path], folder, { maxRejects: file.faulty }),
      );
    }
    const expected = await oracle<Answers>("library.py", "sample", folder, ...days);
    const asked = new Set(Object.keys(expected[days[0] ?? ""] ?? {}).map((question) => question.split(" ")[0] ?? ""));
    const answers = answersOf(new Shelf([...asked].map(manifestOf), schemas, pages), expected);
    expect(asked.size).toBe(12);
    expect(differences(answers, expected)).toEqual([]);
    for (const question of Object.keys(expected[days[0] ?? ""] ?? {}))
      expect([question, outcomesOf(answers, days[0] ?? "", question).size > 1]).toEqual([question, true]);
  }, 60_000);
});
