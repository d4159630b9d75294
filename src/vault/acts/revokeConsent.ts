import { z } from "zod";
import { act } from "./act.js";
import { digestText } from "./digestText.js";

/** Revokes a consent by its digest, from the next query on. It need not have been seen here. */
export const revokeConsent = act(
  z.strictObject({ act: z.literal("revoke-consent"), consent: digestText }),
  ({ batch, at }, { consent }) => {
    batch.addGovernance({ entry: "consent-revoked/1", at, consent });
  },
);
