import type { ErrorCode } from "../errors/codes.js";
import { asFrostglassError } from "../errors/error.js";
import type { Network } from "../evidence/network.js";
import { parseNodeUrl } from "../evidence/nodeUrl.js";
import { type PublishedFiles, publishedFiles } from "../evidence/publishedFiles.js";
import { type Trust, trustFrom } from "../evidence/trust.js";
import { parseNote } from "../note/signedNote.js";
import { verifyCheckpoint } from "../tlog/checkpoint.js";
import type { Policy } from "../tlog/policy.js";
import { auditLog, type LogReport } from "./auditLog.js";
import type { AuditMemory } from "./auditOptions.js";
import { type JudgedAnchor, judgeAnchors } from "./judgeAnchors.js";

/** How an audit is done, wherever the log is read from. */
export interface AuditWays {
  /** The trust file, parsed. Without one the log's own is taken, and the report says so. */
  readonly trust?: Policy | undefined;
  readonly memory?: AuditMemory | undefined;
  /** The lines of an export of answers: see `AuditOptions`. */
  readonly answers?: AsyncIterable<string> | undefined;
  /** The files of an archive: see `AuditOptions`. */
  readonly archive?: PublishedFiles | undefined;
  readonly onProgress?: ((entries: number) => void) | undefined;
}

export interface NodeAuditOptions extends Pick<Network, "fetch" | "sleep">, AuditWays {
  readonly nodeUrl: string;
  readonly allowPlainHttp?: boolean;
}

/** What an audit found, and whose word was taken for the log's key. */
export type AuditReport = LogReport & {
  readonly trust: Trust["source"];
  /** What others vouch for of the log's past, in the order of the node's list. */
  readonly anchors: readonly JudgedAnchor[];
  /** Why they could not be read, where they could not. */
  readonly anchorsUnread?: { readonly code: ErrorCode; readonly words: string };
};

/** Audits the log that a node publishes at this moment. Throws as `auditLog` does, and as reading files over the network does. */
export function auditNode({ nodeUrl, allowPlainHttp, fetch, sleep, ...ways }: NodeAuditOptions): Promise<AuditReport> {
  return auditFiles(publishedFiles(parseNodeUrl(nodeUrl, allowPlainHttp), { fetch, sleep, attempts: 4, timeout: 30_000 }), ways);
}

/** Audits a log from its published files, wherever they lie. Throws as `auditLog` does; anchors that cannot be read are in the report. */
export async function auditFiles(files: PublishedFiles, { trust: given, ...ways }: AuditWays): Promise<AuditReport> {
  const trust = await trustFrom(files, given);
  const checkpoint = await files.text("checkpoint");
  const report = await auditLog({
    checkpoint,
    readTile: files.bytes,
    readText: files.bytes,
    trust: trust.policy,
    ...ways,
  });
  const logKeys = trust.policy.logs.map(({ key }) => key);
  const anchors = await readAnchors(files, verifyCheckpoint(parseNote(checkpoint), logKeys), logKeys);
  return { ...report, trust: trust.source, ...anchors };
}

/** A holder must not be able to keep an alarm or a finding back by publishing anchors that do not read. */
async function readAnchors(...about: Parameters<typeof judgeAnchors>): Promise<Pick<AuditReport, "anchors" | "anchorsUnread">> {
  try {
    return { anchors: await judgeAnchors(...about) };
  } catch (thrown) {
    const error = asFrostglassError(thrown);
    if (error === undefined) throw thrown;
    return { anchors: [], anchorsUnread: { code: error.code, words: error.message } };
  }
}
