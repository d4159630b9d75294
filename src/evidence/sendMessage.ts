import { decodeUtf8 } from "../bytes/utf8.js";
import { FrostglassError } from "../errors/error.js";
import { parseProblem } from "../wire/problemReply.js";
import { type Network, request } from "./network.js";

/** The longest reply that is read, in bytes. */
const longestReply = 262_144;

/**
 * Sends one signed message (a compact JWS) that may be sent any number of times, and gives the body of the reply. `url` begins with what `parseNodeUrl` gave.
 * Throws the node's own code when it did not take the message, `node-unreachable` and `reply-invalid`.
 */
export async function sendMessage(network: Network, url: string, message: string): Promise<string> {
  // A redirect would carry the message, and what it says about a firm, to a place that nobody named.
  const init: RequestInit = { method: "POST", headers: { "Content-Type": "application/jose" }, body: message, redirect: "error" };
  const { status, contentType, body } = await request(network, url, init, longestReply);
  const text = decodeUtf8(body);
  if (status === 200 && contentType === "application/json") return text;
  if (contentType !== "application/problem+json")
    throw new FrostglassError("reply-invalid", "The reply is neither a result nor a problem document.", { status });
  const { code, detail } = parseProblem(text);
  throw FrostglassError.fromProblem(code, detail);
}
