import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { formatDay } from "#product/model/calendar.js";
import { createHome } from "#product/vault/createHome.js";
import { passphrase, policy } from "./benchNode.js";
import { invoiceOf, invoiceSchema } from "./records.js";

export interface ImportMeasure {
  readonly rows: number;
  /** Of processor time, all threads of the process added up, its start included. */
  readonly rowsPerSecond: number;
  readonly rowsPerWallSecond: number;
  readonly peakRssMb: number;
}

const cli = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));

/** Writes a CSV file with so many rows about firms of 448 rows each, and imports it with the command that a holder would use. */
export async function measureImport(rows: number): Promise<ImportMeasure> {
  const dir = mkdtempSync(join(tmpdir(), "frostglass-bench-import-"));
  try {
    const given = { holder: "tax.example", environment: "test", port: 0, adminPort: 0, passphrase, workFactor: 2, policy, now: 0 } as const;
    const home = await createHome({ dir: join(dir, "home"), ...given });
    writeFileSync(join(home.datasetsDir, "invoices.yaml"), invoiceSchema);
    const passphraseFile = join(dir, "passphrase");
    writeFileSync(passphraseFile, `${passphrase}\n`, { mode: 0o600 });
    const file = writeCsv(join(dir, "invoices.csv"), rows);
    const options = ["--home", home.dir, "--dataset", "invoices", "--as-of", "2025-12-31", "--passphrase-file", passphraseFile, "--json"];
    const printed = execFileSync(process.execPath, [cli, "import", file, ...options], { encoding: "utf8", maxBuffer: 1 << 24 });
    const { accepted, seconds, cpuSeconds, peakRssMb } = JSON.parse(printed) as Record<
      "accepted" | "seconds" | "cpuSeconds" | "peakRssMb",
      number
    >;
    if (accepted !== rows) throw new Error(`only ${accepted} rows were accepted`);
    return { rows, rowsPerSecond: rows / cpuSeconds, rowsPerWallSecond: rows / seconds, peakRssMb };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

const rowsPerFirm = 448;

function writeCsv(path: string, rows: number): string {
  const descriptor = openSync(path, "w");
  writeSync(descriptor, "subject,number,date,buyer,net,tax,total,status\n");
  let lines: string[] = [];
  for (let i = 0; i < rows; i++) {
    lines.push(csvLine(Math.floor(i / rowsPerFirm), i % rowsPerFirm));
    if (lines.length === 10_000) {
      writeSync(descriptor, lines.join(""));
      lines = [];
    }
  }
  writeSync(descriptor, lines.join(""));
  closeSync(descriptor);
  return path;
}

function csvLine(firm: number, row: number): string {
  const { number, day, buyer, net, tax, isVoid } = invoiceOf(firm, row);
  return `F${firm},${number},${formatDay(day)},${buyer},${yuan(net)},${yuan(tax)},${yuan(net + tax)},${isVoid ? "void" : "valid"}\n`;
}

function yuan(fen: number): string {
  const digits = String(Math.abs(fen)).padStart(3, "0");
  return `${fen < 0 ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
