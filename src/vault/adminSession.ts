import { existsSync } from "node:fs";
import { createConnection, type Socket } from "node:net";
import type { TestReport } from "../computations/testing/report.js";
import { FrostglassError } from "../errors/error.js";
import { type DoorReply, formatRequest, LineSplitter, parseReply } from "../wire/door.js";
import { type AdminCommand, administer, parseCommand } from "./administration.js";
import { type ExportPage, type ExportRequest, exportAnswers, parseExportRequest } from "./answers/exportAnswers.js";
import { parseReplayRequest, type ReplayReport, type ReplayRequest, replayAnswer } from "./answers/replayAnswer.js";
import type { CopyRequest } from "./backup/storeCopier.js";
import { longestAdminLine } from "./door.js";
import type { Home } from "./home.js";
import type { KeyProvider, Keyring } from "./keys/keyring.js";
import { answerKeyRotation, type Rotation } from "./keys/rotateAnswerKey.js";
import { type LogRotation, logKeyRotation } from "./keys/rotateLogKey.js";
import type { NodeStatus } from "./nodeStatus.js";
import { openVault } from "./openVault.js";
import type { Surroundings } from "./state.js";
import { parseTestRequest, type TestProgress, type TestRequest, testComputation } from "./testing/testComputation.js";

/** A way to administer a home: through its running vault, or, when none runs, with the home opened under its lock. */
export interface AdminSession {
  /** Carries out one act. When it resolves, the act is durable, logged and in force. */
  run(command: AdminCommand): Promise<NodeStatus>;
  /** Tests a computation over the holder's records (`testComputation`). When it resolves, the log says so. */
  test(request: TestRequest, onProgress: (progress: TestProgress) => void): Promise<TestReport>;
  /** Changes the key that answers are signed with (`answerKeyRotation`), or that of the log (`logKeyRotation`). `openKeys` is called only when no vault runs. */
  rotateLogKey(rotation: LogRotation, openKeys: () => Promise<KeyProvider>): Promise<NodeStatus>;
  rotateAnswerKey(rotation: Rotation, openKeys: () => Promise<KeyProvider>): Promise<NodeStatus>;
  /** Computes an answer again (`replayAnswer`). When it resolves, the log says so. */
  replay(request: ReplayRequest): Promise<ReplayReport>;
  /** Gives the next of the kept answers for an auditor (`exportAnswers`). */
  exportAnswers(request: ExportRequest): Promise<ExportPage>;
  close(): Promise<void>;
}

/** A session with a running vault. */
export interface RunningSession extends AdminSession {
  /** Has the vault copy its database (`copyStore`). */
  copyStore(request: CopyRequest): Promise<void>;
}

/**
 * Opens a session with whoever holds the home. `loadKeyring` is called only when no vault runs. Throws what opening a vault throws, `home-in-use`
 * when another command line holds the home.
 */
export async function openAdminSession(home: Home, loadKeyring: () => Promise<Keyring>, surroundings: Surroundings): Promise<AdminSession> {
  const running = await connectAdminSession(home);
  if (running !== undefined) return running;
  const vault = openVault(home, await loadKeyring(), surroundings);
  return {
    run: async (command) => administer(vault, parseCommand(JSON.stringify(command))),
    test: (request, onProgress) => testComputation(vault, parseTestRequest(JSON.stringify(request)), { onProgress, isGone: () => false }),
    rotateLogKey: async (rotation, openKeys) => logKeyRotation(vault, await openKeys())(rotation),
    rotateAnswerKey: async (rotation, openKeys) => answerKeyRotation(vault, await openKeys())(rotation),
    replay: async (request) => replayAnswer(vault, parseReplayRequest(JSON.stringify(request))),
    exportAnswers: async (request) => exportAnswers(vault, parseExportRequest(JSON.stringify(request))),
    close: () => vault.close(),
  };
}

/** A session with the home's running vault; undefined where none runs. */
export async function connectAdminSession(home: Home): Promise<RunningSession | undefined> {
  const socket = await connectTo(home.adminSocket);
  return socket && new RemoteSession(socket);
}

/** A connection to a running vault's admin socket, or undefined when nobody listens there. */
function connectTo(path: string): Promise<Socket | undefined> {
  if (!existsSync(path)) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    const socket = createConnection(path);
    socket.once("connect", () => resolve(socket));
    socket.once("error", () => resolve(undefined));
  });
}

class RemoteSession implements RunningSession {
  readonly #socket: Socket;
  readonly #splitter = new LineSplitter(longestAdminLine);
  #settle: { resolve: (reply: DoorReply) => void; reject: (thrown: unknown) => void } | undefined;
  #onProgress: (progress: TestProgress) => void = () => undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (chunk: Uint8Array) => {
      for (const line of this.#splitter.push(chunk)) this.#take(parseReply(line));
    });
    socket.on("close", () => this.#settle?.reject(vaultGone()));
    socket.on("error", () => socket.destroy());
  }

  async run(command: AdminCommand): Promise<NodeStatus> {
    return JSON.parse(await this.#ask("admin", JSON.stringify(command))) as NodeStatus;
  }

  async test(request: TestRequest, onProgress: (progress: TestProgress) => void): Promise<TestReport> {
    this.#onProgress = onProgress;
    return JSON.parse(await this.#ask("test", JSON.stringify(request))) as TestReport;
  }

  async rotateLogKey(rotation: LogRotation): Promise<NodeStatus> {
    return JSON.parse(await this.#ask("rotate-log-key", JSON.stringify(rotation))) as NodeStatus;
  }

  async rotateAnswerKey(rotation: Rotation): Promise<NodeStatus> {
    return JSON.parse(await this.#ask("rotate-answer-key", JSON.stringify(rotation))) as NodeStatus;
  }

  async copyStore(request: CopyRequest): Promise<void> {
    await this.#ask("copy-store", JSON.stringify(request));
  }

  async replay(request: ReplayRequest): Promise<ReplayReport> {
    return JSON.parse(await this.#ask("replay", JSON.stringify(request))) as ReplayReport;
  }

  async exportAnswers(request: ExportRequest): Promise<ExportPage> {
    return JSON.parse(await this.#ask("export", JSON.stringify(request))) as ExportPage;
  }

  async #ask(verb: string, body: string): Promise<string> {
    if (this.#socket.destroyed) throw vaultGone();
    const reply = await new Promise<DoorReply>((resolve, reject) => {
      this.#settle = { resolve, reject };
      this.#socket.write(formatRequest({ id: 1, verb, body }));
    });
    if (reply.status === 200) return reply.body;
    throw errorOf(reply.body);
  }

  /** A reply of status 202 tells of progress; any other ends the request. */
  #take(reply: DoorReply): void {
    if (reply.status === 202) this.#onProgress(JSON.parse(reply.body) as TestProgress);
    else this.#settle?.resolve(reply);
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#settle = undefined;
      if (this.#socket.destroyed) return resolve();
      this.#socket.once("close", () => resolve());
      this.#socket.end();
    });
  }
}

function vaultGone(): FrostglassError {
  return new FrostglassError("vault-gone", "The running vault went away before it answered.");
}

/** The vault's own coded error again, from its problem document. */
function errorOf(body: string): FrostglassError {
  const problem = JSON.parse(body) as { code?: string; detail?: string };
  return FrostglassError.fromProblem(problem.code ?? "internal-fault", problem.detail ?? "The running vault could not do this.");
}
