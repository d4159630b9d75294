import { type Policy, parsePolicy } from "../tlog/policy.js";
import type { PublishedFiles } from "./publishedFiles.js";

/** Whom to believe about a log, and who said so. */
export interface Trust {
  readonly policy: Policy;
  /**
   * `given`: a trust file that the caller brought. `first-use`: the node's own word at the first contact, which shows that it stays the same node
   * and nothing about who it is; tell the user so.
   */
  readonly source: "given" | "first-use";
}

/** The trust that was given, or the node's own trust file. Throws as reading it does, and what `parsePolicy` throws. */
export async function trustFrom(files: PublishedFiles, given: Policy | undefined): Promise<Trust> {
  if (given !== undefined) return { policy: given, source: "given" };
  return { policy: parsePolicy(await files.text("trust")), source: "first-use" };
}
