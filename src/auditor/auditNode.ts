import type { Network } from "../evidence/network.js";
import { parseNodeUrl } from "../evidence/nodeUrl.js";
import { publishedFiles } from "../evidence/publishedFiles.js";
import { type Trust, trustFrom } from "../evidence/trust.js";
import type { Policy } from "../tlog/policy.js";
import { auditLog, type LogReport } from "./auditLog.js";

export interface NodeAuditOptions extends Pick<Network, "fetch" | "sleep"> {
  readonly nodeUrl: string;
  readonly allowPlainHttp?: boolean;
  /** The trust file, parsed. Without one the node's own is taken, and the report says so. */
  readonly trust?: Policy | undefined;
  readonly onProgress?: (entries: number) => void;
}

/** Audits the log that a node publishes at this moment. Throws as `auditLog` does, and as reading files over the network does. */
export async function auditNode(options: NodeAuditOptions): Promise<LogReport & { readonly trust: Trust["source"] }> {
  const { nodeUrl, allowPlainHttp, fetch, sleep, onProgress } = options;
  const files = publishedFiles(parseNodeUrl(nodeUrl, allowPlainHttp), { fetch, sleep, attempts: 4, timeout: 30_000 });
  const trust = await trustFrom(files, options.trust);
  const checkpoint = await files.text("checkpoint");
  const report = await auditLog({
    checkpoint,
    readTile: files.bytes,
    trust: trust.policy,
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  return { ...report, trust: trust.source };
}
