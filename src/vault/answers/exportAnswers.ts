import { z } from "zod";
import { hmacSha256 } from "#crypto";
import { formatBase64Url } from "../../bytes/base64.js";
import { encodeUtf8 } from "../../bytes/utf8.js";
import { deriveKey } from "../../crypto/seal.js";
import { FrostglassError } from "../../errors/error.js";
import type { StoredAnswer } from "../../store/store.js";
import { type ExportHeader, formatExportedAnswer } from "../../wire/answerExport.js";
import { decodeEntry } from "../../wire/entry.js";
import { parseStrictJson } from "../../wire/strictJson.js";
import type { Vault } from "../vault.js";
import { openArchived } from "./archive.js";

/*
 * The answers, for an auditor: as they were signed, with names for their accounts that hold in one export only. No subject is in it, and none could be:
 * the archive has none. What opens a subject commitment stays behind. It goes page by page, so neither side ever holds more than one.
 */

const requestShape = z.strictObject({
  /** Positions from here on. */
  from: z.int().min(0),
  /** Positions below this: the size of the log at the first page, which leaves it out. */
  size: z.int().min(0).optional(),
  /** 16 random bytes, base64url, the same for all pages: what the names of accounts are made with. */
  salt: z.string().regex(/^[A-Za-z0-9_-]{22}$/),
});

export type ExportRequest = z.infer<typeof requestShape>;

export interface ExportPage {
  readonly header: ExportHeader;
  /** One a line of the export: `formatExportedAnswer`. */
  readonly lines: readonly string[];
  /** Where the next page begins; absent after the last. */
  readonly next?: number;
}

const answersOnAPage = 128;

/** Parses a request that came over the admin socket. Throws `admin-invalid`. */
export function parseExportRequest(text: string): ExportRequest {
  const parsed = requestShape.safeParse(parseStrictJson(text, { maxDepth: 2 }));
  if (parsed.success) return parsed.data;
  throw new FrostglassError("admin-invalid", "The request for an export is not of a known form.");
}

/** The next page of an export. Throws `seal-broken` for an answer that was altered on the disk. */
export function exportAnswers({ state, head }: Vault, request: ExportRequest): ExportPage {
  const size = Math.min(request.size ?? head.size, head.size);
  const rows = state.store.answers(request.from, size, answersOnAPage);
  const nameOf = accountNaming(state.keyring.account, request.salt);
  const lines = rows.map((row) => lineOf(state.keyring.archive, row, nameOf));
  const last = rows.at(-1);
  const header = { holder: state.holder, size, from: createdAt(state.store.entries(0, 1)[0]), until: state.now() };
  return { header, lines, ...(rows.length === answersOnAPage && last !== undefined ? { next: last.position + 1 } : {}) };
}

function lineOf(archiveKey: Uint8Array, row: StoredAnswer, nameOf: (name: string) => string): string {
  const { accounts, body } = openArchived(archiveKey, row);
  const { answer } = JSON.parse(body) as { readonly answer: string }; // our own reply, sealed until now
  return formatExportedAnswer({ position: row.position, account: nameOf(accounts.account), ceiling: nameOf(accounts.ceiling), answer });
}

/** Names in the database must not be known outside of the vault: whoever had both could tell the rows of a stolen disk apart. */
function accountNaming(accountKey: Uint8Array, salt: string): (name: string) => string {
  const key = deriveKey(accountKey, encodeUtf8(`frostglass answer-export/1\n${salt}`));
  return (name) => formatBase64Url(hmacSha256(key, name).subarray(0, 16));
}

function createdAt(first: Uint8Array | undefined): number {
  const entry = first && decodeEntry(first);
  return entry?.entry === "log-created/1" ? entry.at : 0;
}
