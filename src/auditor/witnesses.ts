import type { Note } from "../note/signedNote.js";
import { type Cosignature, verifyCosignatures } from "../tlog/cosignature.js";
import { noQuorum, type Policy } from "../tlog/policy.js";
import { quorumReached } from "../tlog/quorum.js";
import type { EvidenceReport } from "./report.js";
import type { Found } from "./stepList.js";

export type Witnessing = Pick<EvidenceReport, "witnesses" | "witnessing">;

/** Who cosigned, and whether they fill the quorum. Throws `note-signature-invalid` when a known witness's cosignature does not hold. */
export function readWitnesses(checkpoint: Note, trust: Policy): Witnessing {
  const keys = trust.witnesses.map(({ key }) => key);
  const witnesses = namedWitnesses(trust, verifyCosignatures(checkpoint, keys));
  if (trust.quorum === noQuorum) return { witnesses, witnessing: "not-asked" };
  const names = witnesses.map(({ name }) => name);
  return { witnesses, witnessing: quorumReached(trust, names) ? "quorum" : "not-yet-witnessed" };
}

/** How far what the holder dates may lie after what witnesses date, in seconds: more than their clocks differ. */
export const clockSlack = 86_400;

/** Whether the quorum had cosigned this checkpoint before an instant (Unix seconds). Never where the trust file asks for no witness. */
export function isWitnessedBefore(checkpoint: Note, trust: Policy, instant: number): boolean {
  const at = witnessedAt(readWitnesses(checkpoint, trust), trust);
  return at !== undefined && at < instant;
}

/**
 * By when the quorum had cosigned, Unix seconds: the instant of the witness that filled it, so that one that dates ahead changes nothing. Undefined where it is
 * not filled, or not asked for.
 */
export function witnessedAt({ witnessing, witnesses }: Witnessing, trust: Policy): number | undefined {
  if (witnessing !== "quorum") return undefined;
  const namesBy = (instant: number) => witnesses.filter(({ time }) => time <= instant).map(({ name }) => name);
  const times = witnesses.map(({ time }) => time).sort((a, b) => a - b);
  return times.find((instant) => quorumReached(trust, namesBy(instant)));
}

function namedWitnesses(trust: Policy, cosignatures: readonly Cosignature[]): Witnessing["witnesses"] {
  return cosignatures.flatMap(({ key, time }) =>
    trust.witnesses.filter((witness) => witness.key === key).map(({ name }) => ({ name, time })),
  );
}

/** Step 4, in words. */
export function describeWitnesses({ witnesses, witnessing }: Witnessing): Found {
  const names = witnesses.map(({ name, time }) => `${name} at ${formatInstant(time)}`).join(", ");
  if (witnessing === "quorum") return { words: `The quorum of the trust file has seen this log: ${names}.` };
  if (witnessing === "not-asked") return { words: "The trust file asks for no witness.", notShown: true };
  const seen = names === "" ? "no witness" : `only ${names}`;
  return { words: `Signed and logged, not yet witnessed: ${seen} of the trust file has cosigned, which is no quorum.`, notShown: true };
}

/** `2026-01-02 03:04:05 UTC`. */
export function formatInstant(seconds: number): string {
  const instant = new Date(seconds * 1000);
  if (Number.isNaN(instant.getTime())) return `second ${seconds}`; // beyond what calendars here write, yet a valid integer
  return `${instant.toISOString().slice(0, 19).replace("T", " ")} UTC`;
}
