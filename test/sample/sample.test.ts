import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { encodeGb18030, firmOfKind, recordBytes, recordFiles, sampleFirms, strangerTo } from "../../src/sample/index.js";
import { invoiceFile } from "../../src/sample/invoices.js";
import { SampleRandom } from "../../src/sample/random.js";
import { ratingFile } from "../../src/sample/ratings.js";

const rowsOf = (pieces: Iterable<string>) => [...pieces].join("").trimEnd().split("\n").slice(1);

describe("the sample's random numbers", () => {
  it("depend on every label and on nothing else", () => {
    const draw = (...labels: readonly (string | number)[]) => {
      const random = new SampleRandom(...labels);
      return Array.from({ length: 8 }, () => random.below(1_000_000));
    };
    expect(draw("a", 1)).toEqual(draw("a", 1));
    expect(draw("a", 1)).not.toEqual(draw("a", 2));
    expect(draw("a", 1)).not.toEqual(draw("b", 1));
  });

  it("fill their range evenly enough", () => {
    const random = new SampleRandom("even");
    const hits = new Array<number>(10).fill(0);
    for (let i = 0; i < 100_000; i++) {
      const drawn = random.below(10);
      hits[drawn] = (hits[drawn] ?? 0) + 1;
    }
    for (const count of hits) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });
});

describe("the sample's firms", () => {
  const firms = sampleFirms("frostglass");

  it("are the same for the same seed, and others for another", () => {
    expect(sampleFirms("frostglass")).toEqual(firms);
    const codes = new Set(firms.map(({ code }) => code));
    expect(sampleFirms("other").filter(({ code }) => codes.has(code))).toEqual([]);
  });

  it("are 300 different ones of every kind, and a stranger is none of them", () => {
    expect(new Set(firms.map(({ code }) => code)).size).toBe(300);
    expect(new Set(firms.map(({ kind }) => kind)).size).toBe(8);
    expect(firms.some(({ code }) => code === strangerTo(firms, "frostglass"))).toBe(false);
  });
});

describe("the sample's files", () => {
  const firms = sampleFirms("frostglass", 40);

  it.each(recordFiles.map((file) => [file.dataset, file]))(
    "%s is the same for the same seed, byte for byte, and another for another",
    (_, file) => {
      const bytes = (seed: string) => Buffer.concat([...recordBytes(file, firms, seed)]);
      expect(bytes("frostglass").equals(bytes("frostglass"))).toBe(true);
      expect(bytes("frostglass").equals(bytes("other"))).toBe(false);
    },
  );

  it("are written in GB18030 where older systems do, as another program reads it", () => {
    const older = recordFiles.filter(({ encoding }) => encoding === "gb18030");
    expect(older.map(({ dataset }) => dataset)).toEqual(["business-registration", "court-cases"]);
    for (const file of older) {
      const input = Buffer.concat([...recordBytes(file, firms, "frostglass")]);
      const read = execFileSync("iconv", ["-f", "GB18030", "-t", "UTF-8"], { input }).toString("utf8");
      expect(read).toBe([...file.text(firms, "frostglass")].join(""));
    }
    expect(() => encodeGb18030("\u{20000}")).toThrow(RangeError);
  });

  it("report nothing that had not happened on the as-of day", () => {
    for (const file of recordFiles) {
      const days = [...file.text(firms, "frostglass")].join("").matchAll(/\b(20\d\d)[-/](\d+)[-/](\d+)\b/g);
      const latest = Math.max(...[...days].map(([, year, month, day]) => Number(year) * 10_000 + Number(month) * 100 + Number(day)));
      // Suppliers report invoices before they fall due.
      expect(latest).toBeLessThanOrEqual(file.dataset === "trade-payments" ? 20260331 : 20251231);
    }
  });

  it("hold about 450 invoices a firm, over three years", () => {
    const rows = [...rowsOf(invoiceFile("sales", firms, "frostglass")), ...rowsOf(invoiceFile("purchases", firms, "frostglass"))];
    expect(rows.length / firms.length).toBeGreaterThan(400);
    expect(rows.length / firms.length).toBeLessThan(500);
    const years = new Set(rows.map((row) => row.split(",")[2]?.slice(0, 4)));
    expect([...years].sort()).toEqual(["2023", "2024", "2025"]);
  });

  it("hold what makes real files hard: credit notes, voids, stray blanks, and totals that add up", () => {
    const rows = rowsOf(invoiceFile("sales", firms, "frostglass")).map((row) => row.split(","));
    const sound = rows.filter(([, number]) => !number?.startsWith("9000000"));
    expect(rows.length - sound.length).toBe(3);
    expect(sound.some(([, , , , net]) => net?.startsWith("-"))).toBe(true);
    expect(sound.some(([, , , , , , , status]) => status?.trim() === "作废发票")).toBe(true);
    expect(sound.some((row) => row.some((cell) => cell !== cell.trim()))).toBe(true);
    const fen = (text = "") => Number(text.replace(".", ""));
    for (const [, , , , net, tax, total] of sound) expect(fen(net) + fen(tax)).toBe(fen(total));
  });

  it("rate every firm but the thin ones, once", () => {
    const rated = rowsOf(ratingFile(firms, "frostglass")).map((row) => row.split(",")[0]);
    expect(new Set(rated).size).toBe(rated.length);
    expect(rated.length).toBe(firms.filter(({ kind }) => kind !== "thin").length);
    expect(rated).not.toContain(firmOfKind(firms, "thin").code);
  });
});
