import { z } from "zod";
import { requireApproval } from "../../admission/approval.js";
import { type ApprovedComputation, loggedStanding } from "../../admission/lifecycle.js";
import { encodeUtf8 } from "../../bytes/utf8.js";
import { analyse } from "../../computations/analysis/analyse.js";
import { formatLeakage } from "../../computations/analysis/formatLeakage.js";
import { requireLeakageWithin } from "../../computations/analysis/judgeLeakage.js";
import { type Computation, compileManifest } from "../../computations/computation.js";
import { checkLeakageLine } from "../../computations/leakageLine.js";
import { parseManifest } from "../../computations/manifest/manifest.js";
import { FrostglassError } from "../../errors/error.js";
import { type Digest, digestOf } from "../../model/digest.js";
import { compareVersions } from "../../model/names.js";
import { revocationReasons } from "../../model/revocation.js";
import { parseNote } from "../../note/signedNote.js";
import type { VaultState } from "../state.js";
import { type Acting, act } from "./act.js";
import { digestText } from "./digestText.js";

/* The acts that put computations in force and end them. Each checks all that it can, then writes its entries to the batch in one go. */

const instant = z.int().min(0);
const longestOverlap = 3660 * 86_400;

const addition = z.strictObject({
  act: z.literal("add-computation"),
  /** The signed note. */
  note: z.string().max(1 << 20),
  /** The new version may not be asked from this instant on. */
  until: instant.optional(),
  /** The versions of the same id that are in force give way, after so many seconds. */
  supersede: z.strictObject({ overlap: z.int().min(0).max(longestOverlap) }).optional(),
});

/**
 * Puts a computation in force. Throws `computation-conflict` (an alarm: another text under one id and version), `computation-known`,
 * `approval-missing`, `leakage-mismatch`, `leakage-too-high`, `version-not-newer`, `admin-invalid` for an end that has passed, `manifest-invalid`, and the codes of notes.
 */
export const addComputation = act(addition, (acting, { note, until, supersede }) => {
  const { state, batch, at } = acting;
  const signed = parseNote(note);
  const manifest = parseManifest(signed.text);
  refuseKnown(state, manifest);
  const computation = compileManifest(manifest, state.schemas);
  requireApproval({ note: signed, author: manifest.author }, state.policy);
  const found = analyse(computation, state.schemas);
  const leakage = formatLeakage(found);
  const leakageDigest = digestOf(encodeUtf8(leakage));
  checkLeakageLine(signed.text, leakageDigest);
  requireLeakageWithin(found, state.policy.leakage);
  const replaced = supersede === undefined ? [] : replacedBy(acting, computation);
  if (until !== undefined) requireAhead(until, at);
  const bytes = encodeUtf8(note);
  batch.documents.set(digestOf(bytes), bytes);
  batch.documents.set(leakageDigest, encodeUtf8(leakage)); // as it was signed: a newer analyser may say more
  const { id, version, digest } = computation;
  batch.addGovernance({ entry: "computation-approved/1", at, id, version, computation: digest, note: digestOf(bytes) });
  if (until !== undefined) batch.addGovernance({ entry: "computation-expires/1", at, computation: digest, until });
  for (const old of replaced)
    batch.addGovernance({ entry: "computation-superseded/1", at, computation: old, by: digest, from: at + (supersede?.overlap ?? 0) });
});

/** Ends a computation at an instant that has not passed. An end that was set before and has not come yet is moved. */
export const expireComputation = act(
  z.strictObject({ act: z.literal("expire-computation"), computation: digestText, until: instant.optional() }),
  ({ state, batch, at }, { computation, until = at }) => {
    requireInForce(state, computation, at);
    requireAhead(until, at);
    batch.addGovernance({ entry: "computation-expires/1", at, computation, until });
  },
);

/** Ends a computation at once. One that expired or was superseded can still be revoked: the reason is then in the log. */
export const revokeComputation = act(
  z.strictObject({ act: z.literal("revoke-computation"), computation: digestText, reason: z.enum(revocationReasons).optional() }),
  ({ state, batch, at }, { computation, reason }) => {
    const known = state.governance.computations.get(computation);
    if (known === undefined || known.revoked !== undefined)
      throw new FrostglassError("computation-missing", "No computation in force has this digest.");
    batch.addGovernance({ entry: "computation-revoked/1", at, computation, ...(reason === undefined ? {} : { reason }) });
  },
);

function refuseKnown({ governance }: VaultState, { id, version, digest }: Pick<Computation, "id" | "version" | "digest">): void {
  const same = [...governance.computations.values()].find((known) => known.id === id && known.version === version);
  if (same === undefined) return;
  if (same.computation !== digest)
    throw new FrostglassError("computation-conflict", "Another text was approved under this id and version.", { id, version });
  throw new FrostglassError("computation-known", "This exact text was put in force before.", { id, version });
}

/** The versions in force that nothing has superseded yet; each has to be older than the new one. */
function replacedBy({ state, at }: Acting, { id, version }: Computation): readonly Digest[] {
  const others = [...state.governance.computations.values()].filter((known) => known.id === id && isReplaceable(known, at));
  const newest = others.find((known) => compareVersions(known.version, version) >= 0);
  if (newest !== undefined)
    throw new FrostglassError("version-not-newer", "A version in force is not older than the one that would supersede it.", {
      ...{ id, version, inForce: newest.version },
    });
  if (others.length === 0)
    throw new FrostglassError("computation-missing", "No version of this id is in force, so there is none to supersede.");
  return others.map(({ computation }) => computation);
}

function isReplaceable(known: ApprovedComputation, at: number): boolean {
  return known.superseded === undefined && loggedStanding(known, at) === "in-force";
}

function requireInForce({ governance }: VaultState, computation: Digest, at: number): void {
  const known = governance.computations.get(computation);
  if (known === undefined || loggedStanding(known, at) !== "in-force")
    throw new FrostglassError("computation-missing", "No computation in force has this digest.");
}

/** An end in the past would put answers in the wrong that were given in the right. */
function requireAhead(until: number, at: number): void {
  if (until < at) throw new FrostglassError("admin-invalid", "A computation cannot end in the past.");
}
