import { addComputation, expireComputation, revokeComputation } from "./computations.js";
import { eraseSubject } from "./eraseSubject.js";
import { pruneLog } from "./pruneLog.js";
import { publishEpoch } from "./publishEpoch.js";
import { addRequester, cutOff, grant, rotateRequester } from "./requesters.js";
import { revokeConsent } from "./revokeConsent.js";
import { setPolicy } from "./setPolicy.js";

/** Every act of administration by the name that commands call it. */
export const acts = {
  "set-policy": setPolicy,
  "add-computation": addComputation,
  "expire-computation": expireComputation,
  "revoke-computation": revokeComputation,
  "add-requester": addRequester,
  "rotate-requester": rotateRequester,
  grant,
  "cut-off": cutOff,
  "revoke-consent": revokeConsent,
  "publish-epoch": publishEpoch,
  "erase-subject": eraseSubject,
  "prune-log": pruneLog,
} as const;
