import { z } from "zod";
import { importPublicKey } from "#crypto";
import type { Requester } from "../../admission/governance.js";
import { parseBase64Url } from "../../bytes/base64.js";
import { FrostglassError } from "../../errors/error.js";
import { parseIdentifier, parsePartyName, parsePurpose } from "../../model/names.js";
import type { VaultState } from "../state.js";
import { act } from "./act.js";

const instant = z.int().min(0);
const mostKeys = 8;
const longestOverlap = 366 * 86_400;

/** Makes a requester known by its keys. Throws `requester-known`, `requester-key-known`, and what a malformed name or key throws. */
export const addRequester = act(
  z.strictObject({ act: z.literal("add-requester"), requester: z.string(), keys: z.array(z.string()).min(1).max(mostKeys) }),
  ({ state, batch, at }, { requester, keys }) => {
    parsePartyName(requester);
    for (const key of keys) importPublicKey(parseBase64Url(key));
    const known = state.governance.requesters.get(requester);
    if (known !== undefined && !known.cutOff && known.keys.map(({ key }) => key).join() === keys.join()) {
      throw new FrostglassError("requester-known", "This requester is known already, with these keys.", { requester });
    }
    if (keys.some((key) => isAnothers(state, key, requester))) throw keyKnown("One of the keys is or was another requester's.");
    if (keys.some((key) => state.governance.retiredKeys.has(key))) throw keyKnown("One of the keys was retired, and stays so.");
    batch.addGovernance({ entry: "requester-added/1", at, requester, keys });
  },
);

/**
 * Gives a requester a new key. Its other keys end after `overlap` seconds, unless they end before; grants and budgets stay, since they go by the
 * requester's name. Throws `requester-missing`, `requester-key-known`, and what a malformed key throws.
 */
export const rotateRequester = act(
  z.strictObject({
    act: z.literal("rotate-requester"),
    requester: z.string(),
    key: z.string(),
    overlap: z.int().min(0).max(longestOverlap),
  }),
  ({ state, batch, at }, { requester, key, overlap }) => {
    const { keys } = requireRequester(state, requester);
    importPublicKey(parseBase64Url(key));
    if (state.governance.keyOwners.has(key)) throw keyKnown("The key was used before, by this requester or by another.");
    const until = at + overlap;
    batch.addGovernance({ entry: "requester-key-added/1", at, requester, key });
    for (const old of keys.filter((known) => (known.until ?? Number.POSITIVE_INFINITY) > until))
      batch.addGovernance({ entry: "requester-key-retired/1", at, requester, key: old.key, until });
  },
);

function isAnothers({ governance }: VaultState, key: string, requester: string): boolean {
  return (governance.keyOwners.get(key) ?? requester) !== requester;
}

function keyKnown(message: string): FrostglassError {
  return new FrostglassError("requester-key-known", message);
}

/**
 * Lets a requester run a computation for some purposes. One that is cut off is granted nothing: the grant would come to life unseen when it is added again.
 * Throws `requester-missing`, `requester-is-cut-off`, `computation-missing`, `admin-invalid`.
 */
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
    if (requireRequester(state, given.requester).cutOff) throw new FrostglassError("requester-is-cut-off", "The requester is cut off.");
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

function requireRequester(state: VaultState, requester: string): Requester {
  const known = state.governance.requesters.get(requester);
  if (known !== undefined) return known;
  throw new FrostglassError("requester-missing", "No requester of this name was added here.", { requester });
}
