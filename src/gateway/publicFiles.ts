import { constants } from "node:fs";
import { type FileHandle, open, realpath } from "node:fs/promises";
import { join } from "node:path";
import type { HonoRequest } from "hono";
import { FrostglassError } from "../errors/error.js";
import type { ReplyHeaders } from "../http/problemReply.js";

/** One kind of file under `public/`, which the vault writes (by rename) and the gateway only reads. */
export interface PublicFile {
  /** The router's pattern; wider than `pattern`, which decides. */
  readonly path: string;
  readonly pattern: RegExp;
  /** Where the file lies under the public directory, given a path that `pattern` matched. */
  readonly fileOf: (path: string) => string;
  readonly contentType: string;
  readonly cacheControl: string;
}

const immutable = "public, max-age=31536000, immutable";
const plainText = "text/plain; charset=utf-8";
const asIs = (path: string) => path.slice(1);

// C2SP tlog-tiles: N in groups of three digits, all but the last with `x` before and no leading group of zeros; W from 1 to 255.
const tileIndex = "(?:x(?!000)\\d{3}/(?:x\\d{3}/){0,4})?\\d{3}";
const tileWidth = "(?:\\.p/(?:[1-9]\\d?|1\\d\\d|2[0-4]\\d|25[0-5]))?";

/** Every file that the node serves, one entry each. */
export const publicFiles: readonly PublicFile[] = [
  { path: "/checkpoint", pattern: /^\/checkpoint$/, fileOf: asIs, contentType: plainText, cacheControl: "no-cache" },
  { path: "/checkpoint.next", pattern: /^\/checkpoint\.next$/, fileOf: asIs, contentType: plainText, cacheControl: "no-cache" },
  {
    path: "/tile/*",
    pattern: new RegExp(`^/tile/(?:[0-9]|[1-5]\\d|6[0-3]|entries)/${tileIndex}${tileWidth}$`),
    fileOf: asIs,
    contentType: "application/octet-stream",
    cacheControl: immutable,
  },
  {
    path: "/.well-known/jwks.json",
    pattern: /^\/\.well-known\/jwks\.json$/,
    fileOf: () => "jwks.json",
    contentType: "application/jwk-set+json",
    cacheControl: "public, max-age=300",
  },
  {
    path: "/v1/computations",
    pattern: /^\/v1\/computations$/,
    fileOf: () => "computations.json",
    contentType: "application/json",
    cacheControl: "no-cache",
  },
  {
    path: "/v1/computations/:id",
    pattern: /^\/v1\/computations\/(?:[a-z][a-z0-9_-]{0,63}|sha256:[0-9a-f]{64})$/,
    fileOf: (path) => `${path.slice("/v1/".length).replace("/sha256:", "/by-digest/")}.json`,
    contentType: "application/json",
    cacheControl: "no-cache",
  },
  { path: "/notes/:file", pattern: /^\/notes\/[0-9a-f]{64}\.note$/, fileOf: asIs, contentType: plainText, cacheControl: immutable },
  {
    path: "/leakage/:file",
    pattern: /^\/leakage\/[0-9a-f]{64}\.json$/,
    fileOf: asIs,
    contentType: "application/json",
    cacheControl: immutable,
  },
  {
    path: "/policies/:file",
    pattern: /^\/policies\/[0-9a-f]{64}\.yaml$/,
    fileOf: asIs,
    contentType: "application/yaml",
    cacheControl: immutable,
  },
  {
    path: "/anchors/index.json",
    pattern: /^\/anchors\/index\.json$/,
    fileOf: asIs,
    contentType: "application/json",
    cacheControl: "no-cache",
  },
  {
    path: "/anchors/:size{[0-9]+\\.checkpoint}",
    pattern: /^\/anchors\/(?:0|[1-9]\d{0,15})\.checkpoint$/,
    fileOf: asIs,
    contentType: plainText,
    cacheControl: "public, max-age=300",
  },
  {
    path: "/anchors/:size{[0-9]+\\.tsr}",
    pattern: /^\/anchors\/(?:0|[1-9]\d{0,15})\.tsr$/,
    fileOf: asIs,
    contentType: "application/timestamp-reply",
    cacheControl: immutable,
  },
  { path: "/trust", pattern: /^\/trust$/, fileOf: asIs, contentType: plainText, cacheControl: "no-cache" },
];

/** Serves one kind of public file from `root`: 200 with an ETag, 304 when the caller holds it already, otherwise `not-found`. */
export function publicFileResponder(kind: PublicFile, root: string) {
  return async (request: HonoRequest, headers: ReplyHeaders): Promise<Response> => {
    const found = kind.pattern.test(request.path) ? await readPublicFile(root, kind.fileOf(request.path)) : undefined;
    if (found === undefined) throw new FrostglassError("not-found", "This node has nothing at that path.");
    headers["Cache-Control"] = kind.cacheControl;
    headers.ETag = found.etag;
    if (isHeld(request.header("if-none-match"), found.etag)) return new Response(null, { status: 304, headers });
    headers["Content-Type"] = kind.contentType;
    headers["Content-Length"] = String(found.bytes.length);
    return new Response(found.bytes, { headers });
  };
}

interface FoundFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly etag: string;
}

/** One regular file under `root`, or undefined when there is none there or any part of the way to it is a symbolic link. */
async function readPublicFile(root: string, relative: string): Promise<FoundFile | undefined> {
  const path = join(root, relative);
  const file = await openFile(path);
  if (file === undefined) return undefined;
  try {
    const stat = await file.stat({ bigint: true });
    if (!stat.isFile() || (await realpath(path)) !== join(await realpath(root), relative)) return undefined;
    // The vault replaces files by rename, so the bytes behind this descriptor are those that its inode, time and size name.
    return { bytes: new Uint8Array(await file.readFile()), etag: `"${stat.ino.toString(36)}-${stat.mtimeNs.toString(36)}-${stat.size}"` };
  } finally {
    await file.close();
  }
}

async function openFile(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (thrown) {
    if (thrown instanceof Error && "code" in thrown && absent.has(String(thrown.code))) return undefined;
    throw thrown;
  }
}

const absent: ReadonlySet<string> = new Set(["ENOENT", "ENOTDIR", "EISDIR", "ELOOP", "ENAMETOOLONG"]);

/** RFC 9110 §13.1.2, weak comparison. */
function isHeld(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.split(",").some((entry) => {
    const held = entry.trim();
    return held === "*" || held === etag || held === `W/${etag}`;
  });
}
