import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { Command } from "commander";
import { randomBytes } from "#crypto";
import type { Anchor } from "../anchor/anchor.js";
import { timeStamps } from "../anchor/timeStamp.js";
import { FrostglassError } from "../errors/error.js";
import { request } from "../evidence/network.js";
import { type Home, homeAt, readNode } from "../vault/home.js";
import { type AnchorRequest, keepReply, requestAnchor } from "../vault/log/anchoring.js";
import { realNetwork } from "./surroundings.js";
import type { Terminal } from "./terminal.js";
import { verb } from "./verb.js";

interface AnchorOptions {
  readonly home: string;
  readonly tsa?: string;
  readonly queryOnly?: string;
  readonly query?: string;
  readonly reply?: string;
}

/** `frostglass anchor`: has a time-stamping authority vouch for the published checkpoint. */
export function addAnchor(program: Command): void {
  const command = program
    .command("anchor")
    .description("have an RFC 3161 time-stamping authority vouch for the published checkpoint, and publish its reply")
    .requiredOption("--home <dir>", "the holder's home; no passphrase is needed")
    .option("--tsa <url>", "the authority's address")
    .option("--query-only <file>", "write the request there, for an authority that this machine cannot reach")
    .option("--query <file>", "the request that was answered, with --reply")
    .option("--reply <file>", "publish this reply")
    .addHelpText(
      "after",
      "\nExamples:\n  frostglass anchor --home ./tax --tsa https://tsa.example/\n  frostglass anchor --home ./tax --query-only tax.tsq\n  frostglass anchor --home ./tax --query tax.tsq --reply tax.tsr\n",
    );
  verb<AnchorOptions>(command, async (terminal, options) => {
    const home = homeAt(options.home);
    readNode(home);
    const { tsa, queryOnly, query, reply } = options;
    if (reply !== undefined && query !== undefined) publish(terminal, home, readBytes(query), readBytes(reply));
    else if (queryOnly !== undefined) writeQuery(terminal, home, queryOnly);
    else if (tsa !== undefined) await askAuthority(terminal, home, tsa);
    else command.error("error: give --tsa, --query-only, or --query and --reply", { exitCode: 2 });
    return undefined;
  });
}

async function askAuthority(terminal: Terminal, home: Home, url: string): Promise<void> {
  const asked = prepared(terminal, home);
  if (asked !== undefined) publish(terminal, home, asked.request, await send(timeStamps, url, asked.request));
}

function writeQuery(terminal: Terminal, home: Home, path: string): void {
  const asked = prepared(terminal, home);
  if (asked === undefined) return;
  if (existsSync(path)) throw new FrostglassError("file-exists", `There is a file ${path} already; it was not touched.`);
  writeFileSync(path, asked.request, { flag: "wx" });
  terminal.say(`${terminal.style.good("asked")}  for ${asked.size} entries: send ${path} to the authority, and keep it for --query`);
  terminal.result({ size: asked.size, query: path });
}

/** Undefined where the reply is there already, so that one may ask as often as one likes. */
function prepared(terminal: Terminal, home: Home): AnchorRequest | undefined {
  const asked = requestAnchor(home, timeStamps, randomBytes(8));
  if (!asked.isAnchored) return asked;
  terminal.say(`The checkpoint of ${asked.size} entries is anchored already.`);
  terminal.result({ size: asked.size, anchored: "before" });
  return undefined;
}

function publish(terminal: Terminal, home: Home, query: Uint8Array, reply: Uint8Array): void {
  const { size, time } = keepReply(home, timeStamps, query, reply);
  terminal.say(`${terminal.style.good("anchored")}  ${size} entries, at ${new Date(time * 1000).toISOString()} by the authority's clock`);
  terminal.say(terminal.style.dim("the authority's signature was not checked: openssl ts -verify does, see docs/OPERATING.md"));
  terminal.result({ size, time, anchored: "now" });
}

const longestReply = 1 << 18;

/** Throws `node-unreachable`, `reply-invalid`, `anchor-unreachable`. */
async function send({ requestType, replyType }: Anchor, url: string, body: Uint8Array): Promise<Uint8Array> {
  const network = { ...realNetwork, attempts: 3, timeout: 30_000 };
  const init = { method: "POST", headers: { "Content-Type": requestType }, body: new Uint8Array(body) };
  const reply = await request(network, url, init, longestReply);
  if (reply.status === 200 && reply.contentType === replyType) return reply.body;
  throw new FrostglassError("anchor-unreachable", "The authority gave no time-stamp reply.", { status: reply.status });
}

function readBytes(path: string): Uint8Array {
  if (!existsSync(path)) throw new FrostglassError("file-missing", `There is no file ${path}.`);
  return new Uint8Array(readFileSync(path));
}
