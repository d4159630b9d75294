import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sha256 } from "#crypto";
import { type Anchor, type Anchored, anchors, readReplyTo } from "../../anchor/anchor.js";
import { nonceOf } from "../../anchor/timeStamp.js";
import { equalBytes } from "../../bytes/bytes.js";
import { FrostglassError } from "../../errors/error.js";
import { anchorListPath, anchorPaths } from "../../evidence/publishedAnchors.js";
import { parseNote } from "../../note/signedNote.js";
import { parseCheckpoint } from "../../tlog/checkpoint.js";
import type { Home } from "../home.js";
import { writeAtomically } from "./publisher.js";

/* Anchors of a home's log: public files beside those of the vault, and no work of the vault's. */

/** A checkpoint that is to be anchored, and the request to send. */
export interface AnchorRequest {
  readonly size: number;
  readonly request: Uint8Array;
  /** True when its reply is there already, so that nothing need be sent. */
  readonly isAnchored: boolean;
}

/**
 * Makes a request over the checkpoint that the home publishes, and keeps that checkpoint, so that the reply can stand beside it. Throws
 * `published-file-missing`, and what reading a checkpoint throws.
 */
export function requestAnchor({ publicDir }: Home, anchor: Anchor, random: Uint8Array): AnchorRequest {
  const file = join(publicDir, "checkpoint");
  if (!existsSync(file))
    throw new FrostglassError("published-file-missing", "The home has not published a checkpoint yet.", { path: "checkpoint" });
  const checkpoint = readFileSync(file);
  const { size } = parseCheckpoint(parseNote(checkpoint.toString("utf8")).text);
  const isAnchored = existsSync(join(publicDir, pathsOf(anchor, size).reply));
  if (!isAnchored) writeAtomically(join(publicDir, pathsOf(anchor, size).checkpoint), checkpoint);
  return { size, request: anchor.request(sha256(checkpoint), nonceOf(random)), isAnchored };
}

/**
 * Keeps a reply beside the checkpoint that was asked about, and lists it. When it returns, both are durable. Throws `anchor-mismatch` for the reply to another
 * request or to one of another home, and what `Anchor.read` throws.
 */
export function keepReply(
  { publicDir }: Home,
  anchor: Anchor,
  request: Uint8Array,
  reply: Uint8Array,
): Anchored & { readonly size: number } {
  const anchored = readReplyTo(anchor, request, reply);
  const size = sizesIn(publicDir, "checkpoint").find((each) =>
    equalBytes(sha256(readFileSync(join(publicDir, pathsOf(anchor, each).checkpoint))), anchored.digest),
  );
  if (size === undefined) throw new FrostglassError("anchor-mismatch", "No checkpoint of this home was asked about with this request.");
  writeAtomically(join(publicDir, pathsOf(anchor, size).reply), reply);
  writeAtomically(join(publicDir, anchorListPath), listOf(publicDir));
  return { ...anchored, size };
}

function pathsOf({ kind }: Anchor, size: number): { readonly checkpoint: string; readonly reply: string } {
  const paths = anchorPaths({ size, kind });
  if (paths === undefined) throw new FrostglassError("anchor-kind-unknown", "The anchor is of a kind that is not known here.", { kind });
  return paths;
}

/** The sizes for which there is a file of that ending, ascending. */
function sizesIn(publicDir: string, ending: string): number[] {
  const files = readdirSync(join(publicDir, "anchors"));
  const sizes = files.flatMap((file) => (file.endsWith(`.${ending}`) ? [file.slice(0, -ending.length - 1)] : []));
  return sizes
    .filter((size) => /^(?:0|[1-9]\d{0,15})$/.test(size))
    .map(Number)
    .sort((a, b) => a - b);
}

/** The list is made of the files each time: it cannot differ from them for long. */
function listOf(publicDir: string): string {
  const listed = anchors.flatMap(({ kind, ending }) => sizesIn(publicDir, ending).map((size) => ({ size, kind })));
  return `${JSON.stringify({ anchors: listed })}\n`;
}
