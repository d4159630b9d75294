import { importPublicKey } from "#crypto";
import type { ApprovedComputation } from "../admission/governance.js";
import { parseBase64Url } from "../bytes/base64.js";
import { formatHex } from "../bytes/hex.js";
import type { Computation } from "../computations/computation.js";
import { type Digest, digestBytes } from "../model/digest.js";
import { verifierKeyOf } from "../note/verifierKey.js";
import { formatPolicy, noQuorum, type Policy as TrustPolicy } from "../tlog/policy.js";
import { formatBits } from "../wire/bits.js";
import { formatJwk } from "../wire/jwk.js";
import type { Publisher } from "./publisher.js";
import type { VaultState } from "./state.js";

/**
 * Writes what anyone may know of the node besides its log: the computations in force, their approved notes, the policy, the keys that answers
 * are signed with, old ones included, and a trust file to start from.
 */
export function publishCatalogue(state: VaultState, publisher: Publisher, witnesses: TrustPolicy | undefined): void {
  const inForce = [...state.governance.computations.values()].flatMap((approved) => catalogueEntry(state, approved));
  publisher.publishFile("computations.json", json({ holder: state.holder, computations: inForce }));
  for (const entry of inForce) publisher.publishFile(`computations/${entry.id}.json`, json(entry));
  for (const { note } of state.governance.computations.values()) publishDocument(state, publisher, note, "notes", "note");
  if (state.governance.policy !== undefined) publishDocument(state, publisher, state.governance.policy.digest, "policies", "yaml");
  publisher.publishFile("jwks.json", json({ keys: answerKeys(state) }));
  publisher.publishFile("trust", trustFile(state, witnesses));
}

function catalogueEntry(state: VaultState, approved: ApprovedComputation) {
  const computation = state.computations.get(approved.computation);
  return computation === undefined ? [] : [describe(computation, approved)];
}

function describe(computation: Computation, approved: ApprovedComputation) {
  return {
    id: computation.id,
    version: computation.version,
    digest: computation.digest,
    title: computation.title,
    reveals: computation.reveals,
    purposes: computation.purposes,
    subject: computation.subjectScheme,
    parameters: Object.fromEntries(computation.parameters.map(({ name, ...parameter }) => [name, parameter])),
    bitsPerAnswer: formatBits(computation.millibits),
    note: `/notes/${formatHex(digestBytes(approved.note))}.note`,
    approvedAtIndex: approved.position,
  };
}

function publishDocument(state: VaultState, publisher: Publisher, digest: Digest, folder: string, ending: string): void {
  const body = state.store.document(digest);
  if (body !== undefined) publisher.publishFile(`${folder}/${formatHex(digestBytes(digest))}.${ending}`, body);
}

function answerKeys(state: VaultState) {
  return state.governance.keys.filter(({ role }) => role === "answer").map(({ key }) => formatJwk(importPublicKey(parseBase64Url(key))));
}

/** The log's key, and the witnesses that the node asks. Whoever relies on it names the witnesses that they trust themselves. */
function trustFile({ holder, keyring }: VaultState, witnesses: TrustPolicy | undefined): string {
  const log = { key: verifierKeyOf({ name: holder, privateKey: keyring.log }), url: undefined };
  return formatPolicy({ ...(witnesses ?? { witnesses: [], groups: [], quorum: noQuorum }), logs: [log] });
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
