import { z } from "zod";
import { importPublicKey } from "#crypto";
import { parseBase64Url } from "../../bytes/base64.js";
import { FrostglassError } from "../../errors/error.js";
import { parseIdentifier, parsePartyName, parsePurpose } from "../../model/names.js";
import type { VaultState } from "../state.js";
import { act } from "./act.js";

const instant = z.int().min(0);

/** Makes a requester known by its keys. Throws `requester-known`, and what a malformed name or key throws. */
export const addRequester = act(
  z.strictObject({ act: z.literal("add-requester"), requester: z.string(), keys: z.array(z.string()).min(1).max(8) }),
  ({ state, batch, at }, { requester, keys }) => {
    parsePartyName(requester);
    for (const key of keys) importPublicKey(parseBase64Url(key));
    const known = state.governance.requesters.get(requester);
    if (known !== undefined && !known.cutOff && known.keys.join() === keys.join()) {
      throw new FrostglassError("requester-known", "This requester is known already, with these keys.", { requester });
    }
    batch.addGovernance({ entry: "requester-added/1", at, requester, keys });
  },
);

/** Lets a requester run a computation for some purposes. Throws `requester-missing`, `computation-missing`, `admin-invalid`. */
export const grant = act(
  z.strictObject({
    act: z.literal("grant"),
    requester: z.string(),
    computation: z.string(),
    purposes: z.array(z.string()).min(1).max(32),
    from: instant,
    until: instant,
  }),
  ({ state, batch, at }, { act: _, ...given }) => {
    requireRequester(state, given.requester);
    parseIdentifier(given.computation);
    for (const purpose of given.purposes) parsePurpose(purpose);
    if (![...state.governance.computations.values()].some((known) => known.id === given.computation)) {
      throw new FrostglassError("computation-missing", "No computation of this id was ever approved here.", {
        computation: given.computation,
      });
    }
    if (given.until <= given.from) throw new FrostglassError("admin-invalid", "The grant ends before it begins.");
    batch.addGovernance({ entry: "requester-granted/1", at, ...given });
  },
);

/** Ends all grants of a requester at once. Throws `requester-missing`. */
export const cutOff = act(z.strictObject({ act: z.literal("cut-off"), requester: z.string() }), ({ state, batch, at }, { requester }) => {
  requireRequester(state, requester);
  batch.addGovernance({ entry: "requester-cut-off/1", at, requester });
});

function requireRequester(state: VaultState, requester: string): void {
  if (state.governance.requesters.has(requester)) return;
  throw new FrostglassError("requester-missing", "No requester of this name was added here.", { requester });
}
