import { z } from "zod";
import { checkPolicy } from "../../admission/checkPolicy.js";
import { parsePolicy } from "../../admission/policy.js";
import { encodeUtf8 } from "../../bytes/utf8.js";
import { act } from "./act.js";

/** Puts a policy in force. Throws `policy-invalid`. */
export const setPolicy = act(z.strictObject({ act: z.literal("set-policy"), text: z.string().max(1 << 20) }), ({ batch, at }, { text }) => {
  const policy = parsePolicy(text);
  checkPolicy(policy);
  batch.documents.set(policy.digest, encodeUtf8(text));
  batch.addGovernance({ entry: "policy-set/1", at, policy: policy.digest });
});
