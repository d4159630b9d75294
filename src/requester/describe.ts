import { z } from "zod";
import { encodeUtf8 } from "../bytes/utf8.js";
import { type Description, describeManifest } from "../computations/description.js";
import { leakageLineOf } from "../computations/leakageLine.js";
import { parseManifest } from "../computations/manifest/manifest.js";
import { FrostglassError } from "../errors/error.js";
import { type Digest, digestOf } from "../model/digest.js";
import { parseStrictJson } from "../wire/strictJson.js";
import type { ListedComputation } from "./catalogue.js";
import { listed } from "./catalogue.js";

/** A reviewer of the holder's policy who signed, and whether the policy counts the signature: the node's own word; the note has the signature. */
export interface ListedApproval {
  readonly reviewer: string;
  readonly organisation: string;
  readonly counts: boolean;
}

/** All that a requester may know of a computation before it asks. */
export interface DescribedComputation extends Description {
  readonly digest: Digest;
  /** The exact text that reviewers signed. `digest` is its SHA-256, and everything of `Description` was read from it, not from the node's word. */
  readonly manifest: string;
  /** The leakage report that the text names by its digest; absent where the text names none. */
  readonly leakage?: unknown;
  /** How the node says that it stands. */
  readonly listed: ListedComputation;
  readonly approvals: readonly ListedApproval[];
}

const page = listed.extend({
  manifest: z.string().max(1 << 20),
  leakage: z.unknown().optional(),
  approvals: z.array(z.object({ reviewer: z.string().max(255), organisation: z.string().max(255), counts: z.boolean() })).max(256),
});

/**
 * Parses the page of one computation, `GET /v1/computations/{digest}`, and holds its text against the digest asked for and its leakage report against
 * the text. Throws `catalogue-invalid`, `computation-digest-mismatch`, `leakage-mismatch`, `manifest-invalid`.
 */
export function parseDescribed(text: string, digest: Digest): DescribedComputation {
  const { manifest, leakage, approvals, ...summary } = parsePage(text);
  if (digestOf(encodeUtf8(manifest)) !== digest || summary.digest !== digest)
    throw new FrostglassError("computation-digest-mismatch", "The node gives another text than the digest names.");
  const description = describeManifest(parseManifest(manifest));
  return { ...description, digest, manifest, ...checkedLeakage(manifest, leakage), listed: summary, approvals };
}

function parsePage(text: string): z.infer<typeof page> {
  try {
    return page.parse(parseStrictJson(text));
  } catch (cause) {
    throw new FrostglassError("catalogue-invalid", "The node's page of the computation is not of a known form.", {}, { cause });
  }
}

/** The report's text is its JSON with two spaces a level and a line feed at the end (PROTOCOL §10). */
function checkedLeakage(manifest: string, leakage: unknown): { readonly leakage?: unknown } {
  const named = leakageLineOf(manifest);
  if (named === undefined) return {};
  if (leakage !== undefined && digestOf(encodeUtf8(`${JSON.stringify(leakage, undefined, 2)}\n`)) === named) return { leakage };
  throw new FrostglassError("leakage-mismatch", "The node gives another leakage report than the text names.");
}
