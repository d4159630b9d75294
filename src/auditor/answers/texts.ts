import { z } from "zod";
import type { AskedComputation } from "../../admission/admit.js";
import { approvedUnder, type SignedComputation } from "../../admission/approval.js";
import type { ApprovedComputation } from "../../admission/lifecycle.js";
import { type Policy, parsePolicy } from "../../admission/policy.js";
import { leakageLineOf } from "../../computations/leakageLine.js";
import { type Manifest, parseManifest } from "../../computations/manifest/manifest.js";
import { parameterSpecs } from "../../computations/parameters.js";
import type { Digest } from "../../model/digest.js";
import { parseNote } from "../../note/signedNote.js";
import { parseBits } from "../../wire/bits.js";
import { parseStrictJson } from "../../wire/strictJson.js";
import { leakageText, noteText, policyText, quietly, type ReadText } from "../publishedText.js";

/** What an auditor knows of a computation, out of the texts that its reviewers signed. */
export interface AuditedComputation extends AskedComputation {
  readonly digest: Digest;
  /** The names of the datasets that it reads, each once: a charge goes to each of them. */
  readonly datasets: readonly string[];
  /** What one answer is charged with, as the leakage report says. */
  readonly millibits: number;
  readonly signed: SignedComputation;
}

/** The published texts that answers rest on. Each is read once, and held against the digest that the log or another signed text gives. */
export class Texts {
  readonly #readText: ReadText;
  readonly #policies = new Map<Digest, Promise<Policy | undefined>>();
  readonly #computations = new Map<Digest, Promise<AuditedComputation | undefined>>();
  readonly #approvals = new Map<string, ReadonlySet<Digest>>();

  constructor(readText: ReadText) {
    this.#readText = readText;
  }

  /** Undefined where it is not published, or does not read as a policy. */
  policy(digest: Digest): Promise<Policy | undefined> {
    return remembered(this.#policies, digest, async () => {
      const text = await policyText(this.#readText, digest);
      return text === undefined ? undefined : quietly(() => parsePolicy(text));
    });
  }

  /** Undefined where its note or its leakage report is not published, or does not read as one. */
  computation({ computation, note }: ApprovedComputation): Promise<AuditedComputation | undefined> {
    return remembered(this.#computations, computation, () => this.#readComputation(note));
  }

  /** The computation's digest, if its signatures suffice under the policy: the form in which admission wants to know. */
  approvals({ digest, signed }: AuditedComputation, policy: Policy): ReadonlySet<Digest> {
    const key = `${policy.digest} ${digest}`;
    const known = this.#approvals.get(key) ?? approvedUnder(policy, new Map([[digest, signed]]));
    this.#approvals.set(key, known);
    return known;
  }

  async #readComputation(noteDigest: Digest): Promise<AuditedComputation | undefined> {
    const text = await noteText(this.#readText, noteDigest);
    const read = text === undefined ? undefined : quietly(() => readNote(text));
    if (read?.report === undefined) return undefined;
    const report = await leakageText(this.#readText, read.report);
    const charged = report === undefined ? undefined : quietly(() => readReport(report));
    return charged && { ...askedOf(read.manifest), ...charged, signed: read.signed };
  }
}

function readNote(text: string) {
  const note = parseNote(text);
  const manifest = parseManifest(note.text);
  return { manifest, signed: { note, author: manifest.author }, report: leakageLineOf(manifest.text) };
}

function askedOf(manifest: Manifest) {
  const { id, digest, purposes, valid, subject } = manifest;
  return { id, digest, purposes, valid, subjectScheme: subject.text, parameters: parameterSpecs(manifest) };
}

const reportShape = z.object({ reads: z.array(z.object({ dataset: z.string() })), bits_per_answer: z.string() });

function readReport(text: string): Pick<AuditedComputation, "datasets" | "millibits"> | undefined {
  const { data } = reportShape.safeParse(parseStrictJson(text));
  return data && { datasets: [...new Set(data.reads.map(({ dataset }) => dataset))], millibits: parseBits(data.bits_per_answer) };
}

function remembered<K, V>(known: Map<K, Promise<V>>, key: K, read: () => Promise<V>): Promise<V> {
  const found = known.get(key) ?? read();
  known.set(key, found);
  return found;
}
