#!/usr/bin/env node
/**
 * The vault in a process of its own: `node process.js HOME`. The first line of standard input is the passphrase of the key file, so that it stands in no
 * argument list and no environment; the end of standard input stops the vault.
 *
 * When both doors are open it prints one line on standard output, `{"ready":true,"holder":"…","logSize":4}`; the log goes to standard error. SIGTERM
 * and SIGINT finish what is queued, then exit with 0. Exit code 2 when it could not start, 70 after a failed commit: start it again, and it
 * goes on from what is durable.
 */
import { createInterface } from "node:readline";
import pino from "pino";
import { randomBytes } from "#crypto";
import type { ErrorCode } from "../errors/codes.js";
import { asFrostglassError } from "../errors/error.js";
import { homeAt } from "./home.js";
import { keyFileProvider } from "./keys/keyring.js";
import type { WitnessingStatus } from "./log/witnessing.js";
import { type RunningVault, runVault, type VaultReports } from "./runVault.js";

const fatalExit = 70;
let reported: WitnessingStatus["state"] | undefined;

// What a log line may hold is what these calls name: codes and counts, never a message from elsewhere, a subject, an outcome or a key.
const timestamp = () => `,"time":"${new Date().toISOString()}"`;
const log = pino({ base: { role: "vault", pid: process.pid }, timestamp }, pino.destination({ fd: 2, sync: true }));

const reports: VaultReports = {
  fault: (thrown) => log.error(describe(thrown), "a fault of the vault was masked to its sender"),
  fatal: (thrown) => {
    log.fatal(describe(thrown), "a commit failed; the vault stops and has to be started again");
    // The replies that say so leave first; nothing of the failed batch is among them.
    setTimeout(() => process.exit(fatalExit), 50);
  },
  publishFailed: (thrown) => log.error(describe(thrown), "public files could not be written; trying again"),
  witnessing: reportWitnessing,
  alarm: ({ code, facts }) => log.warn({ code, ...facts }, alarmWords(code)),
};

try {
  const home = homeAt(process.argv[2] ?? "");
  const keys = keyFileProvider(home.keyFile, await readFirstLine());
  const running = await runVault(home, keys, { now: () => Math.floor(Date.now() / 1000), randomBytes }, reports);
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => stop(running));
  process.stdin.on("end", () => stop(running));
  log.info({ holder: running.vault.state.governance.holder, logSize: running.vault.head.size }, "vault started");
  reportSetAside(running);
  process.stdout.write(
    `${JSON.stringify({ ready: true, holder: running.vault.state.governance.holder, logSize: running.vault.head.size })}\n`,
  );
} catch (thrown) {
  failToStart(thrown);
}

/** One line when the state changes, and one each round while it is not well: which witness does not cosign, and since when. */
function reportWitnessing(status: WitnessingStatus | undefined): void {
  if (status === undefined) return;
  const { state, secondsSinceQuorum, witnesses } = status;
  const missing = witnesses.filter(({ result }) => result !== "cosigned");
  const facts = { state, secondsSinceQuorum: Math.round(secondsSinceQuorum ?? 0), missing };
  if (state !== "witnessed") log.error(facts, "the witnesses do not fill the quorum");
  else if (missing.length > 0) log.warn(facts, "a witness does not cosign; the quorum is there without it");
  else if (reported !== state) log.info({ state }, "the quorum of witnesses has cosigned");
  reported = state;
}

/** The passphrase: the first line of standard input, which stays open for as long as the vault is wanted. */
function readFirstLine(): Promise<string> {
  return new Promise((resolve) => {
    const lines = createInterface({ input: process.stdin });
    lines.once("line", (line) => {
      resolve(line);
      lines.close();
      process.stdin.resume();
    });
    lines.once("close", () => resolve(""));
  });
}

function alarmWords(code: ErrorCode): string {
  if (code === "outcome-differs") return "a replay found an answer that the records do not give";
  if (code.startsWith("probing-")) return "a requester asks in a way that looks like probing";
  return "an act of administration was refused that should not have been tried";
}

/** What a changed schema keeps from being used: the node runs without it. */
function reportSetAside({ vault }: RunningVault): void {
  const { unreadable, unbound } = vault.state;
  for (const dataset of unreadable) log.error({ dataset }, "the schema was changed after the import: import again with --mode replace");
  for (const note of unbound) log.error({ note }, "an approved computation does not fit the schemas any more; it is refused");
}

function stop(running: RunningVault): void {
  running.close().then(() => {
    log.info({ logSize: running.vault.head.size }, "vault stopped");
    process.exit(0);
  }, failToStart);
}

function describe(thrown: unknown): { code: string; fault: string; at: string } {
  const inner = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown;
  const stack = inner instanceof Error ? (inner.stack ?? "").split("\n").filter((line) => line.trimStart().startsWith("at ")) : [];
  return {
    code: asFrostglassError(thrown)?.code ?? "fault",
    fault: inner instanceof Error ? inner.name : "unknown",
    at: stack[0]?.trim() ?? "",
  };
}

function failToStart(thrown: unknown): never {
  const known = asFrostglassError(thrown);
  process.stderr.write(
    `${JSON.stringify({ failed: known?.code ?? "fault", message: known?.message ?? String(thrown), next: known?.next ?? "" })}\n`,
  );
  process.exit(2);
}
