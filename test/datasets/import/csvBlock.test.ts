import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type BlockRows, BlockSplitter } from "../../../src/datasets/import/csvBlock.js";
import type { Dialect } from "../../../src/datasets/import/mapping.js";
import { cutRecords, type LinePosition, longestRecord } from "../../../src/datasets/import/recordBlocks.js";
import { asFrostglassError } from "../../../src/errors/error.js";
import { refused } from "./importing.js";

const commas: Dialect = { encoding: "utf-8", delimiter: ",", quote: '"', header: false, trim: false };

function split(text: string, width: number, dialect = commas): string[][] {
  const block = new BlockSplitter(dialect, width).split(Buffer.from(text), 1);
  return Array.from({ length: block.rows }, (_none, row) => cellsOf(block, width, row));
}

/** Of a row of another width the cells are not kept. */
const ragged = ["ragged"];

function cellsOf({ text, bounds }: BlockRows, width: number, row: number): string[] {
  const first = 2 * width * row;
  if ((bounds[first] as number) < 0) return ragged;
  return Array.from({ length: width }, (_none, i) => text.toString("utf8", bounds[first + 2 * i], bounds[first + 2 * i + 1]));
}

/** What csv-parse alone makes of a text, blank lines dropped; undefined where it refuses the quotes. */
function strictly(text: string, width?: number): string[][] | undefined {
  try {
    const records = parse(Buffer.from(text), { record_delimiter: ["\r\n", "\n"], relax_column_count: true });
    const rows = records.filter((cells) => cells.length > 1 || cells[0] !== "");
    return rows.map((cells) => (width === undefined || cells.length === width ? cells : ragged));
  } catch {
    return undefined;
  }
}

describe("a block of records", () => {
  it.each([
    ["plain", "a,b,c\nd,e,f\n"],
    ["CR LF", "a,b,c\r\nd,e,f\r\n"],
    ["mixed line ends", "a,b,c\r\nd,e,f\ng,h,i\r\n"],
    ["a short row, which a lenient parser runs into the next", "a,b\nc,d,e\nf,g,h\n"],
    ["a short last row, which a lenient parser reads again and again", "a,b,c\nd,e\n"],
    ["a long row, whose last cell a lenient parser joins", "a,b,c,d\ne,f,g\n"],
    ["short and long rows that make up for each other", "a,b\nc,d,e,f\n"],
    ["empty lines", "\na,b,c\n\n\nd,e,f\n"],
    ["empty lines with CR LF", "a,b,c\r\n\r\nd,e,f\r\n"],
    ["a lone CR at the start of a row", "a,b,c\r\n\rx,y,z\r\nd,e,f\r\n"],
    ["quoted cells", '"a","b","c"\n"d","e","f"\n'],
    ["quoted cells with CR LF", '"a","b","c"\r\n"d","e","f"\r\n'],
    ["a quoted delimiter in the last cell", 'a,b,"c,d"\ne,f,g\n'],
    ["a quoted newline", 'a,"b\nb",c\nd,e,f\n'],
    ["doubled quotes", 'a,"b ""q"" b",c\n'],
    ["a quoted empty cell and a short row", '"",b\nc,d,e\n'],
    ["quoted cells, short and filled up", '"a","b"\n"c","d","e"\n'],
    ["quoted cells, too many", '"a","b","c","d"\n"c","d","e"\n'],
    ["empty quoted cells", '"","",""\n'],
    ["other scripts", "企业,有效发票,金额\n甲,乙,丙\n"],
    ["a byte order mark inside", "a,b,c\n\ufeffd,e,f\n"],
    ["NUL bytes", "a,\0,c\nd,e\0,f\n"],
    ["only delimiters", ",,\n,,\n"],
  ])("is split as csv-parse does: %s", (_case, text) => {
    expect(split(text, 3)).toEqual(strictly(text, 3));
  });

  it.each([
    ["characters after a closing quote, which a lenient parser drops", 'a,b,c\nd,"e"e,f\n', 2],
    ["characters after an empty quoted cell", 'a,b,c\n""d,e,f\n', 2],
    ["lost characters that a short row makes up for", ',"x"a,\n', 1],
    ["a quote inside a plain cell", 'a,b,c\nd,e,f\ng,5" pipe,6" pipe\n', 3],
    ["a blank before a quoted cell", 'a, "b",c\n', 1],
  ])("is refused: %s", (_case, text, line) => {
    const thrown = (() => {
      try {
        return split(text, 3);
      } catch (error) {
        return asFrostglassError(error, "import-quote-invalid");
      }
    })();
    expect(thrown).toMatchObject({ facts: { line } });
    expect(JSON.stringify(thrown)).not.toContain("pipe");
  });

  it("may have a blank before a quoted cell where cells are trimmed", () => {
    expect(split('a, "b" ,c\n', 3, { ...commas, trim: true })).toEqual([["a", "b", "c"]]);
  });

  it("takes quotes as they are where the mapping says that there are none", () => {
    expect(split('a,5" pipe,"c\n', 3, { ...commas, quote: "" })).toEqual([["a", '5" pipe', '"c']]);
  });

  it("keeps characters whose last byte looks like a no-break space", () => {
    const text = 'à,"x""y",堠\n';
    expect(split(text, 3, { ...commas, trim: true })).toEqual([["à", 'x"y', "堠"]]);
  });

  it("keeps empty cells between tabs, also where cells are trimmed", () => {
    const tabs: Dialect = { ...commas, delimiter: "\t", trim: true };
    expect(split('a\t\t"b"\t\n\t"c""c"\t\td\n', 4, tabs)).toEqual([
      ["a", "", "b", ""],
      ["", 'c"c', "", "d"],
    ]);
  });

  it("takes single quotes where the mapping says so", () => {
    expect(split("'a,b','it''s',\"c\n", 3, { ...commas, quote: "'" })).toEqual([["a,b", "it's", '"c']]);
  });

  it("knows the physical line of each row", () => {
    const block = new BlockSplitter(commas, 2).split(Buffer.from('a,b\n\n"c\n\n",d\r\ne\nf,g\n'), 10);
    expect(block.lines).toEqual([10, 12, 15, 16]);
    expect(block.lineCount).toBe(7);
  });

  it("is split as csv-parse does, or refused as it does, whatever it holds", () => {
    const piece = fc.constantFrom(
      "a",
      "bc",
      ",",
      ",",
      ",",
      "\n",
      "\n",
      "\r\n",
      "\r",
      '"',
      '""',
      " ",
      "é",
      "有效",
      '"x"',
      '"y",',
      "1,2,3\n",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), fc.integer({ min: 1, max: 4 }), (pieces, width) => {
        const text = `${pieces.join("")}\n`;
        let rows: string[][] | undefined;
        try {
          rows = split(text, width);
        } catch (error) {
          expect(asFrostglassError(error, "import-quote-invalid")).toBeDefined();
        }
        expect(rows).toEqual(strictly(text, width));
      }),
      { numRuns: 3000 },
    );
  });
});

async function cut(chunks: readonly Buffer[], quote = '"'): Promise<string[]> {
  const position: LinePosition = { line: 1 };
  const blocks: string[] = [];
  async function* source() {
    yield* chunks;
  }
  for await (const block of cutRecords(source(), quote, position)) {
    blocks.push(block.toString());
    position.line += block.toString().split("\n").length - 1;
  }
  return blocks;
}

describe("cutting a file into blocks", () => {
  const cell = fc.string({ unit: fc.constantFrom("a", ",", '"', "\n", "\r\n", "有"), maxLength: 6 });
  const record = fc
    .array(cell, { minLength: 2, maxLength: 3 })
    .map((cells) => cells.map((text) => `"${text.replaceAll('"', '""')}"`).join(","));

  it("never cuts a record, wherever the chunks end", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(record, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 30 }),
        fc.boolean(),
        async (records, step, ends) => {
          const bytes = Buffer.from(records.join("\n") + (ends ? "\n" : ""));
          const chunks = Array.from({ length: Math.ceil(bytes.length / step) }, (_none, i) => bytes.subarray(i * step, (i + 1) * step));
          const blocks = await cut(chunks);
          expect(blocks.join("")).toBe(`${records.join("\n")}\n`);
          expect(blocks[0]).toBe(`${records[0]}\n`);
          for (const block of blocks) expect(strictly(block)).toBeDefined();
        },
      ),
      { numRuns: 300 },
    );
  });

  it("refuses a quoted cell without an end, at the row's first line", async () => {
    const error = await refused(cut([Buffer.from('a,b\nc,d\ne,"f\ng,h\n')]), "import-quote-invalid");
    expect(error.facts.line).toBe(3);
  });

  it("refuses a row longer than a mebibyte without reading on", async () => {
    let read = 0;
    async function* endless() {
      yield Buffer.from("a,b\n");
      for (;;) {
        read += 65536;
        yield Buffer.alloc(65536, "x");
      }
    }
    const blocks = cutRecords(endless(), '"', { line: 2 });
    await blocks.next();
    const error = await refused(blocks.next(), "import-row-too-long");
    expect(error.facts.line).toBe(2);
    expect(read).toBeLessThan(longestRecord + 2 * 65536 + 1);
  });
});
