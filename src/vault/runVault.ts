import type { FrostglassError } from "../errors/error.js";
import { tellBudget } from "./accounts/tellBudget.js";
import { administer, parseCommand } from "./administration.js";
import { exportAnswers, parseExportRequest } from "./answers/exportAnswers.js";
import { parseReplayRequest, replayAnswer } from "./answers/replayAnswer.js";
import { reportToSubject } from "./answers/reportToSubject.js";
import { revokeByIssuer } from "./answers/revokeByIssuer.js";
import { copyStore } from "./backup/storeCopier.js";
import { type Asker, type Door, type DoorReplyBody, longestAdminLine, longestQueryLine, openDoor } from "./door.js";
import type { Home } from "./home.js";
import { type KeyProvider, type Keyring, publicName } from "./keys/keyring.js";
import { answerKeyRotation, parseRotation } from "./keys/rotateAnswerKey.js";
import { logKeyRotation, parseLogRotation } from "./keys/rotateLogKey.js";
import type { WitnessingStatus } from "./log/witnessing.js";
import { openVault } from "./openVault.js";
import type { Surroundings } from "./state.js";
import { parseTestRequest, type TestProgress, testComputation } from "./testing/testComputation.js";
import type { Vault } from "./vault.js";

export interface RunningVault {
  readonly vault: Vault;
  /** Stops taking queries, finishes what it has, publishes, and gives the home back. */
  close(): Promise<void>;
}

/** What a running vault tells its operator. Never a subject, an outcome or a key. */
export interface VaultReports {
  /** Our own fault in one query or command; it was masked to the sender. */
  fault(thrown: unknown): void;
  /** A commit failed and the vault stopped: the process must end and start anew. */
  fatal(thrown: unknown): void;
  publishFailed(thrown: unknown): void;
  /** After each round of the courier: how the witnesses stand. */
  witnessing(status: WitnessingStatus | undefined): void;
  /** An act of administration was refused that should not have been tried, a replay found an answer that was wrong, or a requester seems to probe. */
  alarm(error: FrostglassError): void;
}

/**
 * Opens the vault of a home and both its doors: one for gateways, one for the operator. A change of the answer key that did not come to its end is
 * brought to one: the log says which key stays. Throws what `openVault` and `KeyProvider` throw.
 */
export async function runVault(home: Home, keys: KeyProvider, surroundings: Surroundings, reports: VaultReports): Promise<RunningVault> {
  const keyring = await keys.load();
  const vault = openVault(home, keyring, surroundings);
  try {
    await settleKeys(vault, keyring, keys);
  } catch (thrown) {
    await vault.close();
    throw thrown;
  }
  vault.onFatal = reports.fatal;
  vault.onPublishFailure = reports.publishFailed;
  vault.alarms.onAlarm = reports.alarm;
  vault.publish();
  const doors = await openDoors(vault, home, keys, reports);
  return {
    vault,
    close: async () => {
      await Promise.all(doors.map((door) => door.close()));
      await vault.close();
    },
  };
}

/** The log alone says which keys are in force: the key file forgets the others. */
async function settleKeys({ state }: Vault, { answers, nextLog }: Keyring, keys: KeyProvider): Promise<void> {
  if (answers.length > 1) await keys.keepKeys("answer", [state.signers.answerKey.key]);
  const signers = state.signers.ofLog.map(publicName);
  if (nextLog !== undefined && signers.length === 1) await keys.keepKeys("log", signers);
}

async function openDoors(vault: Vault, home: Home, keys: KeyProvider, reports: VaultReports): Promise<Door[]> {
  const gatewayVerbs = {
    query: (body: string) => vault.submit(body),
    budget: (body: string) => vault.submit(body, tellBudget),
    "consent-revocation": (body: string) => vault.submit(body, revokeByIssuer),
    "subject-access": (body: string) => vault.submit(body, reportToSubject),
    ping: async () => pingReply(vault),
    cosignatures: async (body: string) => {
      vault.takeCosignatures(body);
      reports.witnessing(vault.witnessingStatus());
      return { status: 200, body: "{}" };
    },
  };
  const rotate = answerKeyRotation(vault, keys);
  const changeLogKey = logKeyRotation(vault, keys);
  const adminVerbs = {
    "rotate-log-key": async (body: string) => ({ status: 200, body: JSON.stringify(await changeLogKey(parseLogRotation(body))) }),
    "rotate-answer-key": async (body: string) => ({ status: 200, body: JSON.stringify(await rotate(parseRotation(body))) }),
    "copy-store": async (body: string) => {
      await copyStore(vault.state, body);
      return { status: 200, body: "{}" };
    },
    admin: async (body: string) => ({ status: 200, body: JSON.stringify(administer(vault, parseCommand(body))) }),
    replay: async (body: string) => ({ status: 200, body: JSON.stringify(replayAnswer(vault, parseReplayRequest(body))) }),
    export: async (body: string) => ({ status: 200, body: JSON.stringify(exportAnswers(vault, parseExportRequest(body))) }),
    test: async (body: string, asker: Asker) => {
      const watcher = { onProgress: (progress: TestProgress) => asker.tell(JSON.stringify(progress)), isGone: () => asker.isGone };
      return { status: 200, body: JSON.stringify(await testComputation(vault, parseTestRequest(body), watcher)) };
    },
  };
  return [
    await openDoor(home.doorSocket, gatewayVerbs, longestQueryLine, reports.fault),
    await openDoor(home.adminSocket, adminVerbs, longestAdminLine, reports.fault),
  ];
}

/** 200 while it answers; a gateway shows anything else on /readyz, and counts the alarms at /metrics. */
function pingReply(vault: Vault): DoorReplyBody {
  const state = vault.witnessingStatus()?.state;
  const stopped = state === "starting" || state === "stopped";
  return { status: stopped ? 503 : 200, body: JSON.stringify({ witnessing: state, alarms: vault.alarms.counts }) };
}
