import { isUtf8 } from "node:buffer";
import { FrostglassError } from "../../errors/error.js";
import type { Dialect } from "./mapping.js";

const newline = 10;
// A byte order mark stays a character here, so that it is dropped at the start of a file only.
const gb18030 = new TextDecoder("gb18030", { fatal: true, ignoreBOM: true });

const transcoders: Readonly<Record<Dialect["encoding"], (block: Buffer) => Buffer | undefined>> = {
  "utf-8": (block) => (isUtf8(block) ? block : undefined),
  gb18030: fromGb18030,
};

function fromGb18030(block: Buffer): Buffer | undefined {
  try {
    return Buffer.from(gb18030.decode(block), "utf8");
  } catch {
    return undefined; // ill-formed: the caller finds the line and says so
  }
}

/** The bytes of whole lines as UTF-8. `line` is the number of the first. Throws `import-encoding-invalid` with the fact `line`. */
export function toUtf8(block: Buffer, encoding: Dialect["encoding"], line: number): Buffer {
  const transcode = transcoders[encoding];
  const utf8 = transcode(block);
  if (utf8 !== undefined) return line === 1 ? withoutByteOrderMark(utf8) : utf8;
  const faulty = line + linesBeforeFault(block, transcode);
  throw new FrostglassError("import-encoding-invalid", `Line ${faulty} is not well-formed ${encoding === "utf-8" ? "UTF-8" : "GB18030"}.`, {
    line: faulty,
  });
}

function linesBeforeFault(block: Buffer, transcode: (block: Buffer) => Buffer | undefined): number {
  let lines = 0;
  for (let start = 0; start < block.length; lines++) {
    const end = block.indexOf(newline, start) + 1;
    if (transcode(block.subarray(start, end)) === undefined) break;
    start = end;
  }
  return lines;
}

function withoutByteOrderMark(utf8: Buffer): Buffer {
  return utf8[0] === 0xef && utf8[1] === 0xbb && utf8[2] === 0xbf ? utf8.subarray(3) : utf8;
}
