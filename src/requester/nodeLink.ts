import { FrostglassError } from "../errors/error.js";
import { type Evidence, formatEvidence, type ShownEntry } from "../evidence/evidenceFile.js";
import { gatherEvidence, showEntries } from "../evidence/gatherEvidence.js";
import { type Fetch, type Network, type Reply, request } from "../evidence/network.js";
import { parseNodeUrl } from "../evidence/nodeUrl.js";
import { type PublishedFiles, publishedFiles } from "../evidence/publishedFiles.js";
import { awaitPublishedLog } from "../evidence/publishedLog.js";
import { sendMessage } from "../evidence/sendMessage.js";
import { type Trust, trustFrom } from "../evidence/trust.js";
import type { Policy } from "../tlog/policy.js";
import { type AnswerReply, maxReplyLength } from "../wire/answerReply.js";

/** How to reach a node and whom to believe about its log. */
export interface NodeOptions {
  /** `https://host/`; plain http for this machine alone, unless `allowPlainHttp`. */
  readonly nodeUrl: string;
  /** Shows queries, and so firms, to whoever listens: for a network that is already sealed. */
  readonly allowPlainHttp?: boolean;
  readonly fetch: Fetch;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** The trust file, parsed. Without one the node's own is taken at first use, and the results say so. */
  readonly trust?: Policy | undefined;
  /** How often a request is sent before giving up. Default 4. */
  readonly attempts?: number;
  /** How long one request may take, in milliseconds. Default 15,000. */
  readonly timeout?: number;
}

/** One node, as a requester reaches it. Keeps the trust of first use for as long as it lives. */
export class NodeLink {
  readonly files: PublishedFiles;
  readonly #network: Network;
  readonly #url: string;
  readonly #given: Policy | undefined;
  #trust: Trust | undefined;

  constructor({ nodeUrl, allowPlainHttp, fetch, sleep, trust, attempts = 4, timeout = 15_000 }: NodeOptions) {
    this.#url = parseNodeUrl(nodeUrl, allowPlainHttp);
    this.#network = { fetch, sleep, attempts, timeout };
    this.#given = trust;
    this.files = publishedFiles(this.#url, this.#network);
  }

  async trust(): Promise<Trust> {
    this.#trust ??= await trustFrom(this.files, this.#given);
    return this.#trust;
  }

  /** Sends a signed query. The same text may be sent any number of times, so a cut connection is simply tried again. */
  send(query: string): Promise<Reply> {
    // A redirect would carry the query, and so the firm, to a place that nobody named.
    const init: RequestInit = { method: "POST", headers: { "Content-Type": "application/jose" }, body: query, redirect: "error" };
    return request(this.#network, `${this.#url}v1/queries`, init, maxReplyLength);
  }

  /** Sends a signed message of another kind to a path below the node, such as `v1/subject-access`. Throws as `sendMessage` does. */
  sendMessage(path: string, message: string): Promise<string> {
    return sendMessage(this.#network, `${this.#url}${path}`, message);
  }

  /** Entries of the published log, each proved, once it reaches `index`. */
  async entriesAt(indexes: readonly number[], index: number): Promise<readonly ShownEntry[]> {
    const { policy } = await this.trust();
    const log = await awaitPublishedLog(this.files, policy, Math.max(index, ...indexes) + 1, this.#network);
    return showEntries(log.reader, indexes);
  }

  /** Waits until the published log reaches the answer and all that it rests on, then gathers the evidence. */
  async evidenceFor(reply: Pick<AnswerReply, "answer" | "index" | "context">): Promise<Evidence> {
    const { policy } = await this.trust();
    const size = Math.max(reply.index, ...reply.context) + 1;
    return gatherEvidence(await awaitPublishedLog(this.files, policy, size, this.#network), reply);
  }
}

/**
 * Gathers the evidence file for an answer: the newest checkpoint, the answer's inclusion proof, and the governance entries that it rests on with
 * theirs. Asked again later, it gives a file for the same answer with a newer checkpoint, which more witnesses may have cosigned. Throws as
 * `gatherEvidence` and `awaitPublishedLog` do.
 */
export async function fetchEvidence(options: NodeOptions & Pick<AnswerReply, "answer" | "index" | "context">): Promise<string> {
  return formatEvidence(await new NodeLink(options).evidenceFor(options));
}

/** The log of a node must be that of the holder that it speaks for. Throws `holder-not-trusted`. */
export function checkHolder(holder: string, { policy }: Trust): void {
  if (policy.logs.some(({ key }) => key.name === holder)) return;
  throw new FrostglassError("holder-not-trusted", "The trust file names no log of the holder that this node speaks for.", { holder });
}
