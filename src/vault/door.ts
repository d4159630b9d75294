import { chmodSync, mkdirSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { dirname } from "node:path";
import { asFrostglassError, FrostglassError } from "../errors/error.js";
import { type DoorRequest, formatReply, LineSplitter, parseRequest } from "../wire/door.js";
import { problemOf } from "../wire/problem.js";
import type { Reply } from "./answerQuery.js";

/** The longest request line: a query with its consent, or an approved computation. */
export const longestQueryLine = 80 * 1024;
export const longestAdminLine = 4 * 1024 * 1024;

export interface DoorReplyBody {
  readonly status: number;
  readonly body: string;
}

/** Whoever sent a request that takes long. */
export interface Asker {
  /** Sends word of progress: a reply of status 202 under the request's number, before the one that ends it. */
  tell(body: string): void;
  /** True once the connection is gone, so that nobody waits for the reply. */
  readonly isGone: boolean;
}

/** What one verb does. A coded error becomes a problem document; anything else is our own fault, reported and masked. */
export type Verbs = Readonly<Record<string, (body: string, asker: Asker) => Promise<DoorReplyBody | Reply>>>;

export interface Door {
  close(): Promise<void>;
}

/**
 * Listens on a local socket that only this user may open, one request a line. A line that is too long or malformed ends its connection: nothing
 * honest sends one. `onFault` gets what was masked.
 */
export async function openDoor(path: string, verbs: Verbs, longestLine: number, onFault: (thrown: unknown) => void): Promise<Door> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  rmSync(path, { force: true }); // the vault's lock is held, so a socket file here is a dead one's
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    serveConnection(socket, verbs, longestLine, onFault);
  });
  await listen(server, path);
  chmodSync(path, 0o600);
  return { close: () => closeDoor(server, sockets) };
}

function serveConnection(socket: Socket, verbs: Verbs, longestLine: number, onFault: (thrown: unknown) => void): void {
  const splitter = new LineSplitter(longestLine);
  const outbox = new Outbox(socket);
  socket.on("error", () => socket.destroy()); // a gateway that went away; its queries were recorded all the same
  socket.on("data", (chunk: Uint8Array) => {
    try {
      for (const line of splitter.push(chunk)) serveRequest(outbox, parseRequest(line), verbs, onFault);
    } catch (thrown) {
      if (asFrostglassError(thrown) === undefined) onFault(thrown);
      socket.destroy();
    }
  });
}

function serveRequest(outbox: Outbox, request: DoorRequest, verbs: Verbs, onFault: (thrown: unknown) => void): void {
  const verb = Object.hasOwn(verbs, request.verb) ? verbs[request.verb] : undefined;
  const reply =
    verb === undefined
      ? Promise.reject(new FrostglassError("verb-unknown", "This door does not know the verb."))
      : verb(request.body, outbox.askerOf(request.id));
  reply.then(
    ({ status, body }) => outbox.send(formatReply({ id: request.id, status, body })),
    (thrown: unknown) => outbox.send(formatReply({ id: request.id, ...problemReply(thrown, onFault) })),
  );
}

/** The problem document for a failure: coded errors in their own words; a fault of our own is reported to the operator and masked. */
export function problemReply(thrown: unknown, onFault: (thrown: unknown) => void): DoorReplyBody {
  const problem = problemOf(thrown);
  if (problem.code === "internal-fault") onFault(thrown);
  return { status: problem.status, body: JSON.stringify(problem) };
}

/** Gathers the replies of one turn of the event loop into one write. */
class Outbox {
  readonly #socket: Socket;
  #lines = "";

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  askerOf(id: number): Asker {
    const socket = this.#socket;
    return {
      tell: (body) => this.send(formatReply({ id, status: 202, body })),
      get isGone() {
        return socket.destroyed;
      },
    };
  }

  send(line: string): void {
    if (this.#lines === "") queueMicrotask(() => this.#flush());
    this.#lines += line;
  }

  #flush(): void {
    const lines = this.#lines;
    this.#lines = "";
    if (!this.#socket.destroyed) this.#socket.write(lines);
  }
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, resolve);
  });
}

function closeDoor(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    for (const socket of sockets) socket.end();
  });
}
