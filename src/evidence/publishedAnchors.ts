import { z } from "zod";
import { sha256 } from "#crypto";
import { type Anchored, anchors } from "../anchor/anchor.js";
import { equalBytes } from "../bytes/bytes.js";
import { decodeUtf8 } from "../bytes/utf8.js";
import { FrostglassError } from "../errors/error.js";
import { parseStrictJson } from "../wire/strictJson.js";
import type { PublishedFiles } from "./publishedFiles.js";

/** Where a node lists its anchors: `{"anchors":[{"size":4711,"kind":"rfc3161"}]}`. */
export const anchorListPath = "anchors/index.json";

const shape = z.strictObject({
  anchors: z.array(z.strictObject({ size: z.int().min(0), kind: z.string().max(32) })).max(100_000),
});

export type ListedAnchor = z.infer<typeof shape>["anchors"][number];

/** Where the anchored checkpoint lies, and the reply beside it. Undefined for a kind that is not known here. */
export function anchorPaths({ size, kind }: ListedAnchor): { readonly checkpoint: string; readonly reply: string } | undefined {
  const anchor = anchors.find((known) => known.kind === kind);
  return anchor && { checkpoint: `anchors/${size}.checkpoint`, reply: `anchors/${size}.${anchor.ending}` };
}

/** The anchors that a node lists, none where it has no list. Throws `anchor-list-invalid`. */
export async function listAnchors(files: PublishedFiles): Promise<readonly ListedAnchor[]> {
  const found = await files.bytes(anchorListPath);
  if (found === undefined) return [];
  const parsed = shape.safeParse(parseStrictJson(decodeUtf8(found)));
  if (parsed.success) return parsed.data.anchors;
  throw new FrostglassError("anchor-list-invalid", "The list of anchors is not of the known form.", {}, { cause: parsed.error });
}

/**
 * Reads one anchor: the checkpoint's text and what the reply says of it. Throws `anchor-kind-unknown`, `published-file-missing`, `anchor-mismatch` when
 * the reply is about another text, and what `Anchor.read` throws.
 */
export async function readAnchor(
  files: PublishedFiles,
  listed: ListedAnchor,
): Promise<{ readonly checkpoint: string; readonly anchored: Anchored }> {
  const paths = anchorPaths(listed);
  const anchor = anchors.find(({ kind }) => kind === listed.kind);
  if (paths === undefined || anchor === undefined)
    throw new FrostglassError("anchor-kind-unknown", "The anchor is of a kind that is not known here.", { kind: listed.kind });
  const checkpoint = await files.text(paths.checkpoint);
  const reply = await files.bytes(paths.reply);
  if (reply === undefined) throw new FrostglassError("published-file-missing", "A reply is listed and not there.", { path: paths.reply });
  const anchored = anchor.read(reply);
  if (!equalBytes(anchored.digest, sha256(checkpoint)))
    throw new FrostglassError("anchor-mismatch", "The reply is about another text than the checkpoint beside it.");
  return { checkpoint, anchored };
}
