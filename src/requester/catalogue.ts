import { z } from "zod";
import type { Standing } from "../admission/lifecycle.js";
import { FrostglassError } from "../errors/error.js";
import { type Digest, digestPattern } from "../model/digest.js";
import { compareVersions, identifierPattern, partyNamePattern, versionPattern } from "../model/names.js";
import { bitsPattern } from "../wire/bits.js";
import { parseStrictJson } from "../wire/strictJson.js";

/*
 * GET /v1/computations:
 *
 *   {"holder":"tax.example","computations":[{"id":"sales-continuity","version":"1.0.0","digest":"sha256:…","state":"in-force",
 *    "title":{"en":"…"},"reveals":{"en":"…"},"purposes":["loan-origination"],"subject":"uscc","parameters":{"type":"object",…},
 *    "bitsPerAnswer":"1.585","note":"/notes/….note","approvedAtIndex":17}]}
 */

// A terminal may show these: no control or invisible character, whoever sent them.
const sentence = z
  .string()
  .max(2000)
  .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u);
const translated = z.union([sentence, z.record(sentence, sentence)]);

const digest = z.string().regex(digestPattern) as unknown as z.ZodType<Digest>;
const states = ["in-force", "superseded", "expired", "revoked", "not-approved", "not-yet-valid"] as const satisfies readonly Standing[];

export const listed = z.object({
  id: z.string().regex(identifierPattern),
  version: z.string().regex(versionPattern),
  digest,
  state: z.enum(states),
  from: z.int().optional(),
  until: z.int().optional(),
  supersededBy: digest.optional(),
  title: translated,
  reveals: translated,
  purposes: z.array(z.string().regex(identifierPattern)),
  subject: z.string().regex(identifierPattern),
  parameters: z.record(z.string(), z.unknown()),
  bitsPerAnswer: z.string().regex(bitsPattern).optional(),
  note: z.string().regex(/^\/notes\/[0-9a-f]{64}\.note$/),
  approvedAtIndex: z.int().min(0),
});

const shape = z.object({ holder: z.string().regex(partyNamePattern), computations: z.array(listed).max(10_000) });

/** What a holder answers about. It is the node's own word: what an answer rests on is in its evidence. */
export type Catalogue = z.infer<typeof shape>;
/**
 * One computation that is or was in force. `title` and `reveals` are a text, or texts by language; `parameters` is a JSON Schema (draft 2020-12);
 * it may be asked from `from` (included) until `until` (excluded), Unix seconds; `bitsPerAnswer` is what one answer may let out.
 */
export type ListedComputation = z.infer<typeof listed>;

/** Parses a catalogue; members that are not known are left out. Throws `catalogue-invalid`. */
export function parseCatalogue(text: string): Catalogue {
  try {
    return shape.parse(parseStrictJson(text));
  } catch (cause) {
    throw new FrostglassError("catalogue-invalid", "The node's catalogue is not of a known form.", {}, { cause });
  }
}

/**
 * The computation with that digest, or the newest version of that id that is in force; where none is, the newest of all, so that the refusal is the
 * holder's own, signed. Throws `computation-not-listed`.
 */
export function findComputation({ computations }: Catalogue, idOrDigest: string): ListedComputation {
  const all = computations.filter((each) => each.id === idOrDigest || each.digest === idOrDigest);
  const inForce = all.filter(({ state }) => state === "in-force");
  const found = (inForce.length > 0 ? inForce : all).sort((a, b) => compareVersions(a.version, b.version)).at(-1);
  if (found === undefined) throw new FrostglassError("computation-not-listed", "The node's catalogue has no such computation.");
  return found;
}
