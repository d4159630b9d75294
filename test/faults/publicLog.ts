import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { auditLog, type LogReport } from "../../src/auditor/auditLog.js";
import { encodeUtf8 } from "../../src/bytes/utf8.js";
import { digestOf } from "../../src/model/digest.js";
import { parseNote } from "../../src/note/signedNote.js";
import { verifyCheckpoint } from "../../src/tlog/checkpoint.js";
import { parsePolicy as parseTrust } from "../../src/tlog/policy.js";
import { TileReader } from "../../src/tlog/tileReader.js";
import type { Home } from "../../src/vault/home.js";
import type { AnswerReply } from "../../src/wire/answerReply.js";
import { decodeEntry, type Entry } from "../../src/wire/entry.js";

/** The log as an outsider sees it: nothing but the files below `public/`. */
export interface PublicLog {
  readonly report: LogReport;
  readonly entries: readonly Entry[];
}

const textOf = (home: Home, path: string) => readFileSync(join(home.publicDir, path), "utf8");
const trustOf = (home: Home) => parseTrust(textOf(home, "trust"));

function filesOf(home: Home) {
  return async (path: string) => {
    const file = join(home.publicDir, path);
    return existsSync(file) ? new Uint8Array(readFileSync(file)) : undefined;
  };
}

/** A reader of the published log, at its newest checkpoint. */
export function publicReader(home: Home): Promise<TileReader> {
  const keys = trustOf(home).logs.map(({ key }) => key);
  return TileReader.open(verifyCheckpoint(parseNote(textOf(home, "checkpoint")), keys), filesOf(home));
}

/** Reads and audits what a home publishes. Throws whatever an auditor would find. */
export async function readPublicLog(home: Home): Promise<PublicLog> {
  const files = { readTile: filesOf(home), readText: filesOf(home) };
  const report = await auditLog({ checkpoint: textOf(home, "checkpoint"), ...files, trust: trustOf(home) });
  const reader = await publicReader(home);
  const bundles = Array.from({ length: Math.ceil(reader.tree.size / 256) }, (_, bundle) => reader.entries(bundle));
  return { report, entries: (await Promise.all(bundles)).flat().map(decodeEntry) };
}

/** The four members of a reply, be it an answer or a refusal. */
export function membersOf(body: string): AnswerReply {
  const { answer, opening, index, context } = JSON.parse(body) as AnswerReply;
  return { answer, opening, index, context };
}

/** Every reply that was let go is in the log, by its exact digest, in the place that it names, and no place is used twice. */
export function expectLogged({ report, entries }: PublicLog, bodies: readonly string[]): void {
  const replies = [...new Set(bodies)].map(membersOf);
  for (const { answer, index } of replies) expect(entries[index]).toEqual({ entry: "answer/1", answer: digestOf(encodeUtf8(answer)) });
  expect(new Set(replies.map(({ index }) => index)).size).toBe(replies.length);
  expect(report.findings).toEqual([]);
}
