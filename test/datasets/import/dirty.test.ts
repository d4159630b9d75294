import { execFileSync } from "node:child_process";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { parseSchema } from "../../../src/datasets/schema.js";
import { dryRun, folderFor, pseudonymHex, type RunOptions, refused, runImport, salesHeader, salesMapping, salesText } from "./importing.js";

const folder = folderFor(afterAll);
const mappingText = salesMapping();
const day = (text: string) => Date.parse(`${text}T00:00:00Z`) / 86_400_000;

async function importLines(lines: readonly string[], options: RunOptions = {}) {
  return await runImport(folder, [[salesHeader, ...lines, ""].join("\n")], { mappingText, ...options });
}

describe("importing", () => {
  it("reads rows into each subject's records, in their order, every repeated row too", async () => {
    const run = await importLines([
      "E2,2017/7/18,-943.4,有效,A1",
      "E1,2020/2/29,0.01,作废,",
      "E2,2017/7/18,-943.4,有效,A1",
      "E2,2017/12/1,1000,有效,B",
    ]);
    expect(run).toMatchObject({ rows: 4, accepted: 4, rejected: 0, subjects: 2, ignoredColumns: [], rejects: "" });
    const repeated = [day("2017-07-18"), -94340, 0, "A1"];
    expect(run.result.get(pseudonymHex("E2"))).toEqual([repeated, repeated, [day("2017-12-01"), 100000, 0, "B"]]);
    expect(run.result.get(pseudonymHex("E1"))).toEqual([[day("2020-02-29"), 1, 1, undefined]]);
    expect(run.order).toEqual([...run.order].sort());
  });

  it("rejects a row at its line, by column and reason, without a word of what it held", async () => {
    const run = await importLines([
      "E1,2017/7/18,1,有效,A",
      "E1,2017/2/30,1,有效,A",
      "E1,2017/7/18,12.345,有效,A",
      "E1,2017/7/18,１２,有效,A",
      "E1,2017/7/18,,有效,A",
      "E1,2017/7/18,1,红冲,A",
      "E1,2017/7/18,1,,A",
      "E1,2017/7/18,1,有效,A\u0007",
      "E1,2017/7/18,1,有效",
      "E1,2017/7/18,1,有效,A,A",
      "e1,2017/7/18,1,有效,A",
      ",2017/7/18,1,有效,A",
      "E1,2017/7/18,1e3,有效,A",
      "E1,2017/7/18,1\0,有效,A",
      '"E1","2017/7/18","1","有效","secret\nline"',
      "E1,2017/7/18,1,有效,A",
    ]);
    expect(run.rejects).toBe(
      [
        "file,line,column,reason",
        "1,3,date,cell-not-a-date",
        "1,4,net,cell-not-a-money",
        "1,5,net,cell-not-a-money",
        "1,6,net,cell-missing",
        "1,7,status,cell-value-unknown",
        "1,8,status,cell-missing",
        "1,9,buyer,cell-not-a-code",
        "1,10,,row-ragged",
        "1,11,,row-ragged",
        "1,12,subject,subject-malformed",
        "1,13,subject,subject-missing",
        "1,14,net,cell-not-a-money",
        "1,15,net,cell-not-a-money",
        "1,16,buyer,cell-not-a-code",
        "",
      ].join("\n"),
    );
    expect(run).toMatchObject({ rows: 16, accepted: 2, rejected: 14 });
  });

  it("counts the reasons, the most frequent first, and names the first row of each", async () => {
    const run = await importLines(["E1,x,1,有效,A", "E1,2017/7/18,x,有效,A", "E1,2017/7/18,y,有效,A", "E1,2017/7/18,1,有效,A"]);
    expect(run.reasons).toEqual([
      { file: 1, line: 3, column: "net", reason: "cell-not-a-money", rows: 2 },
      { file: 1, line: 2, column: "date", reason: "cell-not-a-date", rows: 1 },
    ]);
  });

  it("passes over the title lines above a header, and still names rejected rows by their line in the file", async () => {
    const text = ["某某欠费清单", "", salesHeader, "E1,2017/7/18,1,有效,A", "E1,x,1,有效,A", ""].join("\r\n");
    const options = { mappingText: salesMapping("title_lines: 2"), maxRejects: 1 };
    expect(await runImport(folder, [text], options)).toMatchObject({
      rows: 2,
      accepted: 1,
      rejects: "file,line,column,reason\n1,5,date,cell-not-a-date\n",
    });
    await refused(runImport(folder, [text], { mappingText }), "import-column-missing");
    await refused(runImport(folder, ["title\n"], options), "import-file-empty");
  });

  it("fails when more rows are rejected than allowed, none where nothing is said", async () => {
    const lines = ["E1,2017/7/18,1,有效,A", "E1,x,1,有效,A", "E1,y,1,有效,A"];
    expect(await importLines(lines, { maxRejects: 2 })).toMatchObject({ accepted: 1, rejected: 2 });
    const error = await refused(importLines(lines, { maxRejects: 1 }), "import-too-many-rejects");
    expect(error.facts).toEqual({ rejected: 2, maxRejects: 1, file: 1, line: 3, column: "date", reason: "cell-not-a-date" });
    expect(error.next).toContain("--max-rejects");
    await refused(importLines(lines, { maxRejects: undefined }), "import-too-many-rejects");
  });

  it("stops reading a file whose every row is wrong, after listing a thousand", async () => {
    let listed = "";
    const rejects = (lines: string) => {
      listed += lines;
    };
    const line = `E1,x,1,有效,${"A".repeat(100)}`;
    await refused(importLines(Array(20_000).fill(line), { maxRejects: 0, rejects }), "import-too-many-rejects");
    expect(listed.split("\n").length).toBeGreaterThan(1000);
    expect(listed.split("\n").length).toBeLessThan(5000);
  });

  it("fails when nothing is accepted, however many rejects are allowed", async () => {
    await refused(importLines(["E1,x,1,有效,A"]), "import-nothing-accepted");
  });

  it("trims blanks of every kind round cells, where it is told to", async () => {
    const line = " E1\u3000,\u00a02017/7/18 ,\t1.5\u3000,\u3000有效 ,\u3000王府井\u00a0";
    const run = await importLines([line, "E1,2017/7/18,1.5,有效,王府井"]);
    const row = [day("2017-07-18"), 150, 0, "王府井"];
    expect(run.result.get(pseudonymHex("E1"))).toEqual([row, row]);
    await refused(importLines([line], { mappingText: salesMapping("trim: false") }), "import-nothing-accepted");
  });

  it("takes the mapping's words for missing, also one that would be a value", async () => {
    const options = { mappingText: salesMapping('missing: ["NA", "0", "无"]') };
    const run = await importLines(
      ["E1,2017/7/18,1,有效,NA", "E1,2017/7/18,1,有效,无", "E1,2017/7/18,0,有效,A", "NA,2017/7/18,1,有效,A"],
      options,
    );
    expect(run.result.get(pseudonymHex("E1"))?.map((row) => row[3])).toEqual([undefined, undefined]);
    expect(run.rejects).toContain("1,4,net,cell-missing\n1,5,subject,subject-missing\n");
  });

  it("reads CR LF, a byte order mark, quotes, and a last line without an end alike", async () => {
    const row = "E1,2017/7/18,1,有效,A";
    const expected = (await importLines([row, row])).result;
    for (const content of [
      `${salesHeader}\r\n${row}\r\n${row}\r\n`,
      `\ufeff${salesHeader}\n${row}\n${row}`,
      `\ufeff"企业","日期","金额","状态","购方"\r\n"E1","2017/7/18","1","有效","A"\r\n"E1","2017/7/18","1","有效","A"`,
      `${salesHeader}\n\n${row}\n\n\n${row}\n\n`,
      gzipSync(`${salesHeader}\n${row}\n${row}\n`),
      Buffer.concat([gzipSync(`${salesHeader}\n${row}\n`), gzipSync(`${row}\n`)]),
    ])
      expect((await runImport(folder, [content], { mappingText })).result).toEqual(expected);
  });

  it("reads GB18030 as iconv writes it, four-byte characters and a byte order mark too", async () => {
    const text = `${salesHeader}\nE1,2017/7/18,1,有效,王𠀀㐀\nE1,2017/7/18,2,作废,龍\n`;
    const utf8 = await runImport(folder, [text], { mappingText });
    const bytes = execFileSync("iconv", ["-f", "UTF-8", "-t", "GB18030"], { input: text });
    expect(bytes.equals(Buffer.from(text))).toBe(false);
    const options = { mappingText: salesMapping("encoding: gb18030") };
    expect((await runImport(folder, [bytes], options)).result).toEqual(utf8.result);
    const marked = Buffer.concat([Buffer.from("84319533", "hex"), bytes]);
    expect((await runImport(folder, [marked], options)).result).toEqual(utf8.result);
    await refused(runImport(folder, [bytes], { mappingText }), "import-encoding-invalid");
  });

  it("divides by the bar only after decoding, since GB18030 has the bar's byte inside characters", async () => {
    const text = `${salesHeader.replaceAll(",", "|")}\nE1|2017/7/18|1|有效|倈\n`;
    const bytes = execFileSync("iconv", ["-f", "UTF-8", "-t", "GB18030"], { input: text });
    expect(bytes.subarray(bytes.length - 3).toString("latin1")).toContain("|");
    const run = await runImport(folder, [bytes], { mappingText: salesMapping('encoding: gb18030\ndelimiter: "|"') });
    expect(run.result.get(pseudonymHex("E1"))?.[0]?.[3]).toBe("倈");
  });

  it("reads a file without header by positions", async () => {
    const positions = salesMapping("header: false").replace("企业", "2").replace("日期", "3").replace("金额", "4").replace("状态", "5");
    const run = await runImport(folder, ["0,E1,2017/7/18,1,有效,A\n"], { mappingText: positions.replace("购方", "6") });
    expect(run).toMatchObject({ rows: 1, subjects: 1, ignoredColumns: ["1"] });
  });

  it("reads a file whose header names the schema's columns without a mapping", async () => {
    const run = await runImport(folder, ["note,status,subject,net,date\nx,void,E7,-1.5,2020-01-31\n"], {
      schema: parseSchema(salesText.replace(/ {2}buyer.*\n/, "")),
    });
    expect(run.ignoredColumns).toEqual(["note"]);
    expect(run.result.get(pseudonymHex("E7"))).toEqual([[day("2020-01-31"), -150, 1]]);
  });

  it("joins files, each with its own order of columns, in their order", async () => {
    const second = "购方,企业,日期,金额,状态,备注\nZ,E1,2018/1/1,2,有效,x\n";
    const run = await runImport(folder, [`${salesHeader}\nE1,2017/7/18,1,有效,A\n`, second], { mappingText });
    expect(run.result.get(pseudonymHex("E1"))?.map((row) => row[3])).toEqual(["A", "Z"]);
    expect(run.ignoredColumns).toEqual(["备注"]);
  });

  it("checks the digits of USCC and LEI subjects", async () => {
    const uscc = parseSchema(salesText.replace(/subject:.*/, "subject: { scheme: uscc }"));
    const good = "91350100M000100Y43";
    const lines = [good, good.replace("Y43", "Y44"), good.toLowerCase(), "９1350100M000100Y43"].map((id) => `${id},2017/7/18,1,有效,A`);
    const run = await importLines(lines, { schema: uscc });
    expect(run.rejects).toBe(
      "file,line,column,reason\n1,3,subject,subject-check-digit\n1,4,subject,subject-malformed\n1,5,subject,subject-malformed\n",
    );
    const lei = parseSchema(salesText.replace(/subject:.*/, "subject: { scheme: lei }"));
    const codes = ["5493001KJTIIGC8Y1R12", "5493001KJTIIGC8Y1R13"].map((id) => `${id},2017/7/18,1,有效,A`);
    expect((await importLines(codes, { schema: lei })).rejects).toContain("1,3,subject,subject-check-digit\n");
  });

  it("does not let a subject or a value into an error", async () => {
    const attempts: readonly (readonly [string, RunOptions])[] = [
      ["E77,secret,1,有效,A", { maxRejects: 0 }],
      ['E77,2017/7/18,1,有效,"secret"x', {}],
    ];
    for (const [line, options] of attempts) {
      const error = await importLines([line], options).then(
        () => undefined,
        (thrown: unknown) => thrown as Error,
      );
      const told = JSON.stringify([error, error?.message, error?.stack, String(error?.cause)]);
      expect(told).toContain("import-");
      expect(told).not.toMatch(/E77|secret/);
    }
  });

  it("reports progress to the end, some 200 times at most", async () => {
    const seen: { bytesRead: number; bytesTotal: number; rows: number }[] = [];
    const run = await importLines(Array(50_000).fill("E1,2017/7/18,1,有效,A"), { progress: (progress) => seen.push(progress) });
    expect(seen.length).toBeGreaterThan(1);
    expect(seen.length).toBeLessThan(203);
    expect(seen.at(-1)).toEqual({ bytesRead: run.bytesRead, bytesTotal: run.bytesRead, rows: 50_000, rejected: 0 });
  });

  it("counts in a dry run what an import would, and does not fail for rejects", async () => {
    const content = `${salesHeader}\nE1,2017/7/18,1,有效,A\nE1,x,1,有效,A\n`;
    const run = await dryRun(folder, [content], mappingText);
    expect(run).toMatchObject({ rows: 2, accepted: 1, rejected: 1, rejects: "file,line,column,reason\n1,3,date,cell-not-a-date\n" });
  });
});

describe("a file that cannot be imported", () => {
  const row = "E1,2017/7/18,1,有效,A\n";
  const header = `${salesHeader}\n`;
  const packed = gzipSync(header + row.repeat(1000));

  it.each([
    ["empty", "", "import-file-empty", undefined],
    ["a header only", header, "import-no-rows", undefined],
    ["a header and empty lines", `${header}\n\n`, "import-no-rows", undefined],
    ["another delimiter", `${header}${row}`.replaceAll(",", ";"), "import-delimiter-wrong", undefined],
    ["a column missing", header.replace("金额", "价格") + row, "import-column-missing", undefined],
    ["a column twice", header.replace("购方", "金额,购方") + row, "import-column-repeated", undefined],
    [
      "a broken byte",
      Buffer.concat([Buffer.from(header + row), Buffer.from([0x45, 0x31, 0xc3, 0x28, 0x0a])]),
      "import-encoding-invalid",
      3,
    ],
    ["an overlong form", Buffer.concat([Buffer.from(header + row + row), Buffer.from([0xc0, 0xaf, 0x0a])]), "import-encoding-invalid", 4],
    ["UTF-16", Buffer.from(`\ufeff${header}${row}`, "utf16le"), "import-encoding-invalid", 1],
    ["an open quote", `${header}${row}E1,"2017/7/18,1,有效,A\n${row}`, "import-quote-invalid", 3],
    ["a stray quote", `${header}${row}E1,2017/7/18,1,有效,5" 6"\n${row}`, "import-quote-invalid", 3],
    ["a row of ten megabytes", `${header}${row}E1,${"9".repeat(10_000_000)}\n`, "import-row-too-long", 3],
    ["gzip cut short", packed.subarray(0, packed.length - 20), "import-gzip-broken", undefined],
    ["gzip altered", Buffer.concat([packed.subarray(0, 60), Buffer.from("xxxx"), packed.subarray(64)]), "import-gzip-broken", undefined],
  ] as const)("%s", async (_case, content, code, line) => {
    const error = await refused(runImport(folder, [content], { mappingText }), code);
    expect(error.facts).toMatchObject({ file: 1, ...(line === undefined ? {} : { line }) });
  });

  it("not there, or a folder", async () => {
    await refused(runImport(folder, [], { mappingText, files: [`${folder}/none.csv`] }), "import-file-unreadable");
    await refused(runImport(folder, [], { mappingText, files: [folder] }), "import-file-unreadable");
  });

  it("is named by its number among several", async () => {
    const error = await refused(runImport(folder, [header + row, header], { mappingText }), "import-no-rows");
    expect(error.facts.file).toBe(2);
  });
});
