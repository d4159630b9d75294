import { createConnection, type Socket } from "node:net";
import { FrostglassError } from "../errors/error.js";
import { formatRequest, LineSplitter, parseReply } from "../wire/door.js";
import type { Door, VaultReply } from "./door.js";

export interface DoorClientOptions {
  /** Path of the vault's Unix socket. */
  readonly path: string;
  /** Requests that may wait at once; one more is refused with `queue-full`. Default 1024. */
  readonly inFlightLimit?: number;
  /** How long a request waits for its reply before `vault-timeout`, in milliseconds; kept to within a quarter. Default 15 000. */
  readonly timeoutMs?: number;
  /** The first and the longest pause before connecting again, in milliseconds; each failure doubles the pause. Default 50 and 2000. */
  readonly backoffMs?: readonly [first: number, longest: number];
  /** Told when the connection is made and when it is lost, with the reason where there is one. */
  readonly onChange?: (connected: boolean, reason?: string) => void;
}

interface Waiting {
  readonly resolve: (reply: VaultReply) => void;
  readonly reject: (error: FrostglassError) => void;
  readonly since: number;
}

const sweepsPerTimeout = 4;
const longestReply = 4 * 1024 * 1024;
const unsentLimit = 16 * 1024 * 1024;

/**
 * One connection to the vault, shared by every request: requests are written in one piece per turn of the event loop, replies come back in
 * any order and are matched by id. When the connection breaks, all that wait are rejected with `vault-unavailable` and it is made again.
 */
export class DoorClient implements Door {
  readonly #options: Required<Omit<DoorClientOptions, "onChange">> & Pick<DoorClientOptions, "onChange">;
  readonly #waiting = new Map<number, Waiting>();
  readonly #sweeper: NodeJS.Timeout;
  #socket: Socket | undefined;
  #retry: NodeJS.Timeout | undefined;
  #connected = false;
  #failures = 0;
  #nextId = 1;
  #sweep = 0;
  #unwritten = "";

  constructor(options: DoorClientOptions) {
    this.#options = { inFlightLimit: 1024, timeoutMs: 15_000, backoffMs: [50, 2000], ...options };
    this.#sweeper = setInterval(() => this.#rejectLate(), this.#options.timeoutMs / sweepsPerTimeout);
    this.#sweeper.unref();
    this.#connect();
  }

  /** True while the vault's socket is open. */
  get connected(): boolean {
    return this.#connected;
  }

  /** Requests that wait for their reply. */
  get inFlight(): number {
    return this.#waiting.size;
  }

  ask(verb: string, body: string): Promise<VaultReply> {
    const socket = this.#socket;
    if (socket === undefined) return Promise.reject(unavailable("The vault cannot be reached."));
    if (this.#waiting.size >= this.#options.inFlightLimit || socket.writableLength > unsentLimit) return Promise.reject(queueFull());
    return new Promise((resolve, reject) => {
      const id = this.#nextId++;
      const line = formatRequest({ id, verb, body });
      this.#waiting.set(id, { resolve, reject, since: this.#sweep });
      // All requests of this turn of the event loop leave in one write: a system call costs more than a request.
      if (this.#unwritten === "") setImmediate(() => this.#flush());
      this.#unwritten += line;
    });
  }

  /** Ends the connection for good. Requests that still wait are rejected with `vault-unavailable`. */
  close(): void {
    clearInterval(this.#sweeper);
    clearTimeout(this.#retry);
    this.#socket?.destroy();
    this.#socket = undefined;
    this.#rejectAll("The gateway is stopping.");
  }

  #connect(): void {
    const socket = createConnection({ path: this.#options.path });
    const lines = new LineSplitter(longestReply);
    let reason: string | undefined;
    this.#socket = socket;
    socket.on("connect", () => {
      this.#failures = 0;
      this.#connected = true;
      this.#options.onChange?.(true);
    });
    socket.on("data", (chunk) => {
      try {
        for (const line of lines.push(chunk)) this.#settle(line);
      } catch {
        // A line that is not of the protocol: which reply belongs to whom can no longer be trusted.
        reason = "protocol";
        socket.destroy();
      }
    });
    socket.on("error", (error) => {
      reason = "code" in error ? String(error.code) : error.name;
    });
    socket.on("close", () => this.#lost(socket, reason));
  }

  #flush(): void {
    const text = this.#unwritten;
    this.#unwritten = "";
    if (text !== "") this.#socket?.write(text);
  }

  #settle(line: string): void {
    const { id, status, body } = parseReply(line);
    const waiting = this.#waiting.get(id);
    // A reply that nobody waits for any more came after its timeout.
    if (waiting === undefined) return;
    this.#waiting.delete(id);
    waiting.resolve({ status, body });
  }

  #lost(socket: Socket, reason: string | undefined): void {
    if (this.#socket !== socket) return;
    const wasConnected = this.#connected;
    this.#socket = undefined;
    this.#connected = false;
    this.#unwritten = "";
    this.#rejectAll("The connection to the vault broke.");
    if (wasConnected || this.#failures === 0) this.#options.onChange?.(false, reason);
    const [first, longest] = this.#options.backoffMs;
    this.#retry = setTimeout(() => this.#connect(), Math.min(longest, first * 2 ** this.#failures));
    this.#failures = Math.min(this.#failures + 1, 16);
  }

  #rejectAll(sentence: string): void {
    for (const waiting of this.#waiting.values()) waiting.reject(unavailable(sentence));
    this.#waiting.clear();
  }

  // One timer for all: ids are handed out in order, so the oldest come first and the walk ends at the first that may still wait.
  #rejectLate(): void {
    this.#sweep++;
    for (const [id, waiting] of this.#waiting) {
      if (this.#sweep - waiting.since <= sweepsPerTimeout) return;
      this.#waiting.delete(id);
      waiting.reject(new FrostglassError("vault-timeout", "The vault did not reply in time."));
    }
  }
}

function unavailable(sentence: string): FrostglassError {
  return new FrostglassError("vault-unavailable", sentence);
}

function queueFull(): FrostglassError {
  return new FrostglassError("queue-full", "Too many requests wait for the vault.");
}
