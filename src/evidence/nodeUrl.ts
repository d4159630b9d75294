import { FrostglassError } from "../errors/error.js";

/**
 * Takes the address of a node and gives it with a slash at its end. Queries name firms, so they travel over https; plain http is taken for this
 * machine alone, or where `allowPlainHttp` says that the network is safe. Throws `node-url-invalid`.
 */
export function parseNodeUrl(text: string, allowPlainHttp = false): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) throw invalid("it is not a URL");
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") throw invalid("it is more than host and path");
  if (url.protocol !== "https:" && url.protocol !== "http:") throw invalid("it is not an https URL");
  if (url.protocol === "http:" && !allowPlainHttp && !isThisMachine(url.hostname))
    throw invalid("plain http would show the query to others");
  return url.href.endsWith("/") ? url.href : `${url.href}/`;
}

function isThisMachine(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\.[0-9]+\.[0-9]+\.[0-9]+$/.test(hostname);
}

function invalid(why: string): FrostglassError {
  return new FrostglassError("node-url-invalid", `The address of the node was refused: ${why}.`);
}
