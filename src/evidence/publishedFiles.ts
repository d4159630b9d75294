import { decodeUtf8 } from "../bytes/utf8.js";
import { FrostglassError } from "../errors/error.js";
import { type Network, request } from "./network.js";

/** The files that a node publishes, by their path below its address: `checkpoint`, `tile/0/000.p/5`, `trust`. */
export interface PublishedFiles {
  /** A file, or undefined when it is not there. */
  readonly bytes: (path: string) => Promise<Uint8Array | undefined>;
  /** A text that must be there. Throws `published-file-missing`, `utf8-invalid`. */
  readonly text: (path: string) => Promise<string>;
}

/** A bundle of 256 entries of the greatest length, which is the largest file. */
const fileLimit = 256 * (2 + 65_535);

/** Reads a node's files over HTTP; `nodeUrl` comes from `parseNodeUrl`. Reading throws as `request` does, and `node-refused`. */
export function publishedFiles(nodeUrl: string, network: Network): PublishedFiles {
  const bytes = async (path: string): Promise<Uint8Array | undefined> => {
    const { status, body } = await request(network, `${nodeUrl}${path}`, { method: "GET" }, fileLimit);
    if (status === 200) return body;
    if (status === 404 || status === 410) return undefined;
    const why = status >= 300 && status < 400 ? "it sends its readers to another address, which has to be named itself" : "see the status";
    throw new FrostglassError("node-refused", `The node did not give one of its published files: ${why}.`, { path, status });
  };
  return { bytes, text: (path) => readText(bytes, path) };
}

async function readText(bytes: PublishedFiles["bytes"], path: string): Promise<string> {
  const found = await bytes(path);
  if (found === undefined)
    throw new FrostglassError("published-file-missing", "The node does not publish a file that every node has.", { path });
  return decodeUtf8(found);
}
