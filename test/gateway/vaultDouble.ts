import { createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { temporaryDir } from "./fixture.js";

/** A request line as it reached the socket. */
export interface Heard {
  readonly id: string;
  readonly verb: string;
  readonly body: string;
}

/** A server that speaks the door's line protocol, written from its description and not with the code under test. */
export interface VaultDouble {
  readonly path: string;
  readonly heard: Heard[];
  /** Sends raw text to every connection. */
  send(text: string): void;
  /** Resolves when `count` requests have been heard in all. */
  until(count: number): Promise<void>;
  /** Breaks every connection and goes on listening. */
  hangUp(): void;
  listen(): Promise<void>;
  /** Breaks every connection and stops listening. */
  stop(): Promise<void>;
}

/** Starts a vault double; `onRequest` is called for each request line and replies with `send`. */
export async function startVault(onRequest: (request: Heard, vault: VaultDouble) => void = () => {}): Promise<VaultDouble> {
  const path = join(temporaryDir(), "door.sock");
  const sockets = new Set<Socket>();
  let server: Server;
  let wake = () => {};
  const vault: VaultDouble = {
    path,
    heard: [],
    send: (text) => {
      for (const socket of sockets) socket.write(text);
    },
    until: async (count) => {
      while (vault.heard.length < count) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    hangUp: () => {
      for (const socket of sockets) socket.destroy();
    },
    listen: () =>
      new Promise((resolve) => {
        server = createServer(attach).listen(path, resolve);
      }),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        vault.hangUp();
      }),
  };
  function attach(socket: Socket): void {
    let held = "";
    sockets.add(socket);
    socket.setEncoding("utf8");
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    socket.on("data", (chunk: string) => {
      const lines = (held + chunk).split("\n");
      held = lines.pop() ?? "";
      for (const line of lines) hear(line);
    });
  }
  function hear(line: string): void {
    const [id = "", verb = "", ...rest] = line.split(" ");
    const request = { id, verb, body: rest.join(" ") };
    vault.heard.push(request);
    onRequest(request, vault);
    wake();
  }
  await vault.listen();
  return vault;
}

/** Replies 200 with the request's own body inside. */
export function echo({ id, body }: Heard, vault: VaultDouble): void {
  vault.send(`${id} 200 {"of":"${body}"}\n`);
}
