import { asFrostglassError, FrostglassError } from "../errors/error.js";
import { Claims } from "./claims.js";
import { isJsonObject, parseStrictJson } from "./strictJson.js";

/*
 * What a holder hands to an auditor: every answer that its log counts, as it was signed, and which of them were charged to one account. A line each:
 *
 *   {"frostglass":"answer-export/1","holder":"tax.example","size":4711,"from":1767225600,"until":1769817600}
 *   {"position":8,"account":"<22 characters>","ceiling":"<22 characters>","answer":"<JWS>"}
 *
 * The names of accounts are made for one export. Equal names are one account; they tell neither requester nor subject, and two exports have none in common.
 */

/** The first line. */
export interface ExportHeader {
  readonly holder: string;
  /** All answers are here whose position is below this. */
  readonly size: number;
  /** From the creation of the log to the export, by the holder's clock, Unix seconds. */
  readonly from: number;
  readonly until: number;
}

/** One answer. */
export interface ExportedAnswer {
  /** Where its entry stands in the log. */
  readonly position: number;
  /** The requester's account for the subject in the period, under the name that it has in this export. */
  readonly account: string;
  /** The subject's ceiling over all requesters in the period, likewise. */
  readonly ceiling: string;
  /** The answer JWS. */
  readonly answer: string;
}

/** The longest line, in characters: an answer and what stands around it. */
const maxLineLength = 20_000;
const namePattern = /^[A-Za-z0-9_-]{22}$/;

export function formatExportHeader({ holder, size, from, until }: ExportHeader): string {
  return JSON.stringify({ frostglass: "answer-export/1", holder, size, from, until });
}

export function formatExportedAnswer({ position, account, ceiling, answer }: ExportedAnswer): string {
  return JSON.stringify({ position, account, ceiling, answer });
}

/** Throws `answer-export-invalid`. */
export function parseExportHeader(line: string): ExportHeader {
  return parseLine(line, 1, (claims) => {
    claims.text("frostglass", /^answer-export\/1$/);
    return {
      holder: claims.text("holder", /^[^\s]{1,255}$/),
      size: claims.count("size"),
      from: claims.count("from"),
      until: claims.count("until"),
    };
  });
}

/** The answer in it is not decoded yet. Throws `answer-export-invalid`, naming the line. */
export function parseExportedAnswer(line: string, lineNumber: number): ExportedAnswer {
  return parseLine(line, lineNumber, (claims) => ({
    position: claims.count("position"),
    account: claims.text("account", namePattern),
    ceiling: claims.text("ceiling", namePattern),
    answer: claims.text("answer", /^[A-Za-z0-9_.-]{1,16384}$/),
  }));
}

function parseLine<T>(line: string, lineNumber: number, read: (claims: Claims) => T): T {
  try {
    const value = line.length <= maxLineLength ? parseStrictJson(line) : undefined;
    if (value === undefined || !isJsonObject(value)) throw invalid(lineNumber);
    const claims = new Claims(value);
    const parsed = read(claims);
    claims.end();
    return parsed;
  } catch (cause) {
    if (asFrostglassError(cause) === undefined) throw cause;
    throw invalid(lineNumber, cause);
  }
}

function invalid(line: number, cause?: unknown): FrostglassError {
  return new FrostglassError("answer-export-invalid", "A line of the export of answers is not of a known form.", { line }, { cause });
}
