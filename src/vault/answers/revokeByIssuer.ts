import { revocationKey } from "../../admission/governance.js";
import { authenticateIssuer } from "../../admission/issuerMessage.js";
import type { Digest } from "../../model/digest.js";
import { decodeConsentRevocation } from "../../wire/consentRevocation.js";
import type { Reply } from "../answerQuery.js";
import type { Batch } from "../batch.js";
import type { VaultState } from "../state.js";

/**
 * Takes a consent issuer's signed revocation of a consent. The reply, to be let go after the batch's commit, says where it stands in the log; sent again,
 * it says the same and adds nothing. The holder need not have seen the consent: a consent of another issuer under that digest is not touched. Throws what
 * `decodeConsentRevocation` and `authenticateIssuer` throw, and `node-not-ready`.
 */
export function revokeByIssuer(vault: VaultState, batch: Batch, text: string): Reply {
  const revocation = decodeConsentRevocation(text);
  const now = vault.now();
  const issuer = authenticateIssuer(revocation, vault.policy, { holder: vault.holder, now }).name;
  const { consent } = revocation.message;
  const index = findRevoked(vault, batch, consent, issuer) ?? batch.addGovernance({ entry: "consent-revoked/1", at: now, consent, issuer });
  return { status: 200, body: JSON.stringify({ consent, index }) };
}

function findRevoked({ governance }: VaultState, batch: Batch, consent: Digest, issuer: string): number | undefined {
  const inBatch = batch.governance.find(
    ({ entry }) => entry.entry === "consent-revoked/1" && entry.consent === consent && entry.issuer === issuer,
  );
  return governance.revokedConsents.get(revocationKey(consent, issuer)) ?? inBatch?.position;
}
