import { approvedUnder, type SignedComputation } from "../admission/approval.js";
import { KeyCache } from "../admission/authenticate.js";
import { applyEntry, type Epoch, emptyGovernance, type Governance } from "../admission/governance.js";
import { type ApprovedComputation, type Standing, standingOf } from "../admission/lifecycle.js";
import { type Policy, parsePolicy } from "../admission/policy.js";
import { bindingPolicies, prunableBelow } from "../admission/pruning.js";
import { decodeUtf8 } from "../bytes/utf8.js";
import { type Computation, compileManifest } from "../computations/computation.js";
import { type Manifest, parseManifest } from "../computations/manifest/manifest.js";
import type { DatasetSchema } from "../datasets/schema.js";
import { asFrostglassError, FrostglassError } from "../errors/error.js";
import { parseDay } from "../model/calendar.js";
import { type Digest, digestOf } from "../model/digest.js";
import type { Subject } from "../model/subject.js";
import { parseNote } from "../note/signedNote.js";
import type { Store } from "../store/store.js";
import type { GovernanceEntry } from "../wire/entry.js";
import { KeyOwners } from "./accounts/keyOwners.js";
import { Periods } from "./accounts/periods.js";
import { ProbingWatch } from "./accounts/probingWatch.js";
import { RequesterLimits } from "./accounts/requesterLimits.js";
import type { Batch } from "./batch.js";
import { type Home, readSchemas } from "./home.js";
import type { Keyring } from "./keys/keyring.js";
import { Signers } from "./keys/signers.js";
import { notReady } from "./notReady.js";
import { Dataset } from "./records/dataset.js";
import { segmentFiles } from "./records/history.js";
import { OpenDatasets } from "./records/openDatasets.js";
import { pseudonymOf } from "./records/pseudonym.js";

/** Time and randomness, given to the vault by whoever starts it. */
export interface Surroundings {
  /** Unix seconds. */
  now(): number;
  randomBytes(length: number): Uint8Array;
}

/** An approved text, as reviewers signed it and as it reads. */
interface SignedManifest extends SignedComputation {
  readonly manifest: Manifest;
}

/**
 * Everything that answering needs, in memory: the governance folded from the log, the policy and computations in force, and the current epoch.
 * It changes only through `apply`, after a commit; schemas alone may join before (`readNewSchemas`).
 */
export class VaultState {
  readonly home: Home;
  readonly store: Store;
  readonly keyring: Keyring;
  readonly #schemas: Map<string, DatasetSchema>;
  readonly governance: Governance = emptyGovernance();
  /** Every computation that ever was in force and fits the schemas; whether it may run now is for `admit` to say. */
  readonly computations = new Map<Digest, Computation>();
  readonly requesterKeys = new KeyCache();
  readonly limits: RequesterLimits;
  readonly periods = new Periods(this.governance, (digest) => this.#readPolicy(digest));
  readonly probing = new ProbingWatch();
  readonly signers: Signers;
  readonly #surroundings: Surroundings;
  readonly #datasets = new OpenDatasets((name, epochs) => this.openDataset(name, epochs));
  /** The notes of approved computations that do not fit the schemas that are here now. */
  readonly unbound = new Set<Digest>();
  #policy: Policy | undefined;
  #context: readonly number[] | undefined;
  /** Every policy that ever was in force: an auditor judges old approvals by theirs. */
  readonly policies = new Set<Digest>();
  /** The signed notes that policies came in. */
  readonly policyNotes = new Set<Digest>();
  readonly #signed = new Map<Digest, SignedManifest>();
  #approvals: ReadonlySet<Digest> | undefined;
  #keyOwners: KeyOwners | undefined;

  constructor(home: Home, store: Store, keyring: Keyring, schemas: Map<string, DatasetSchema>, surroundings: Surroundings) {
    this.home = home;
    this.store = store;
    this.keyring = keyring;
    this.#schemas = schemas;
    this.#surroundings = surroundings;
    this.limits = new RequesterLimits(keyring.account);
    this.signers = new Signers(keyring, this.governance);
  }

  get schemas(): ReadonlyMap<string, DatasetSchema> {
    return this.#schemas;
  }

  /**
   * Reads schemas that were put into the home since it was opened. One that is known stays as it is until the home is opened again, since pages
   * belong to its exact text. Throws `schema-invalid` and `schema-name`.
   */
  readNewSchemas(): void {
    for (const [name, schema] of readSchemas(this.home)) if (!this.#schemas.has(name)) this.#schemas.set(name, schema);
  }

  /** Throws `schema-missing`. */
  schemaOf(name: string): DatasetSchema {
    const schema = this.schemas.get(name);
    if (schema === undefined) throw new FrostglassError("schema-missing", "There is no schema of this name.", { dataset: name });
    return schema;
  }

  now(): number {
    return this.#surroundings.now();
  }

  randomBytes(length: number): Uint8Array {
    return this.#surroundings.randomBytes(length);
  }

  get holder(): string {
    return this.governance.holder;
  }

  get environment(): Governance["environment"] {
    return this.governance.environment;
  }

  get suite(): string {
    return this.governance.suite;
  }

  /** Throws `node-not-ready` before the first policy. */
  get policy(): Policy {
    if (this.#policy === undefined) throw notReady("no policy");
    return this.#policy;
  }

  /** Throws `node-not-ready` before the first import. */
  get epoch(): Epoch {
    if (this.governance.epoch === undefined) throw notReady("no epoch");
    return this.governance.epoch;
  }

  get epochClaim(): Pick<Epoch, "number" | "root" | "asOf"> {
    const { number, root, asOf } = this.epoch;
    return { number, root, asOf };
  }

  /** The day number that windows are relative to. */
  get asOf(): number {
    return parseDay(this.epoch.asOf);
  }

  /** The positions of the entries that every answer rests on: the answer key in use, the policy and the epoch. */
  get contextPositions(): readonly number[] {
    this.#context ??= this.#findContext();
    return this.#context;
  }

  #findContext(): readonly number[] {
    if (this.governance.policy === undefined) throw notReady("no policy");
    return [this.signers.answerKey.position, this.governance.policy.position, this.epoch.position];
  }

  /** The computations whose signatures suffice under the policy in force. Judged anew only when the policy or a computation came. */
  get approvals(): ReadonlySet<Digest> {
    this.#approvals ??= approvedUnder(this.policy, this.#signed);
    return this.#approvals;
  }

  /** Whose queue a message waits in. Made anew only when an act of administration was committed. */
  get keyOwners(): KeyOwners {
    this.#keyOwners ??= new KeyOwners(this.governance.requesters.values());
    return this.#keyOwners;
  }

  /** The signed text of a computation, where it still reads as a manifest. */
  signedComputation(computation: Digest): SignedManifest | undefined {
    return this.#signed.get(computation);
  }

  /** How a computation stands now, as a query would find it. */
  standingOf(approved: ApprovedComputation): Standing {
    const { computation: digest } = approved;
    return standingOf(approved, { computation: this.computations.get(digest), suffices: this.approvals.has(digest), now: this.now() });
  }

  /** Up to which index (excluded) the log may be pruned now; undefined where it is to be served for ever. */
  get prunableBelow(): number | undefined {
    const now = this.now();
    const binding = bindingPolicies(this.governance, now).map((digest) => this.#readPolicy(digest));
    return prunableBelow(this.governance, binding, now);
  }

  /** The first instant after now at which a computation begins or ends to be askable, as far as it is known; Unix seconds. */
  get nextChange(): number | undefined {
    const now = this.now();
    const instants = [...this.governance.computations.values()].flatMap(({ computation, expiry, superseded }) => {
      const { from, until } = this.computations.get(computation)?.valid ?? {};
      const days = [from, until === undefined ? undefined : until + 1].flatMap((day) => (day === undefined ? [] : [day * 86_400]));
      return [expiry?.until ?? now, superseded?.from ?? now, ...days];
    });
    const ahead = instants.filter((instant) => instant > now);
    return ahead.length === 0 ? undefined : Math.min(...ahead);
  }

  pseudonymOf(subject: Subject): Uint8Array {
    return pseudonymOf(this.keyring.pseudonym, subject);
  }

  /** Throws `node-not-ready` when nothing was imported into the dataset yet, or its schema was changed since. */
  dataset(name: string): Dataset {
    const dataset = this.#datasets.byName.get(name);
    if (dataset === undefined)
      throw notReady(this.unreadable.has(name) ? "a dataset under another schema" : "a dataset without any import");
    return dataset;
  }

  datasets(): ReadonlyMap<string, Dataset> {
    return this.#datasets.byName;
  }

  /** Datasets whose records were imported under another schema than the one that is here now: they can only be replaced. */
  get unreadable(): ReadonlySet<string> {
    return this.#datasets.unreadable;
  }

  /** Opens a dataset from its segments on the disk, whatever the log says of it; the caller closes it. Throws `schema-missing`, `segment-missing`. */
  openDataset(name: string, epochs: readonly number[]): Dataset {
    return new Dataset(this.schemaOf(name), this.keyring.datasetKey(name), segmentFiles(this.home, name, epochs));
  }

  /** Hands over a dataset as the next commit will have it, open: see `OpenDatasets.offer`. */
  offerDataset(dataset: Dataset): void {
    this.#datasets.offer(dataset);
  }

  /** Folds what a commit made durable. Called once at start with the whole log's governance, then after each commit. */
  apply(governance: Batch["governance"]): void {
    if (governance.length > 0) this.#keyOwners = undefined;
    this.#context = undefined;
    if (governance.some(({ entry }) => changesApprovals.has(entry.entry))) this.#approvals = undefined;
    for (const { position, entry } of governance) {
      applyEntry(this.governance, position, entry);
      if (entry.entry === "policy-set/1") this.#keepPolicy(entry.policy, entry.note);
      if (entry.entry === "computation-approved/1") this.#addComputation(entry.note);
    }
    this.signers.apply(governance);
    if (governance.some(({ entry }) => entry.entry === "policy-set/1")) this.#readPolicyInForce();
    if (governance.some(({ entry }) => changesDatasets.has(entry.entry))) this.#datasets.follow(this.epoch.datasets, this.store.segments());
  }

  /** Closes the files of all datasets, so that pages can be erased from them. Applying the erasure's entries opens them again. */
  closeDatasets(): void {
    this.#datasets.close();
  }

  close(): void {
    this.closeDatasets();
    this.store.close();
  }

  #keepPolicy(policy: Digest, note: Digest | undefined): void {
    if (!this.policies.has(policy)) this.#document(policy); // it is there, and it is the one that the log names
    this.policies.add(policy);
    if (note !== undefined) this.policyNotes.add(note);
  }

  /** Only the policy in force is read: a node with years of policies starts as fast as a new one. */
  #readPolicyInForce(): void {
    const { policy } = this.governance;
    if (policy !== undefined) this.#policy = this.#readPolicy(policy.digest);
  }

  #readPolicy(digest: Digest): Policy {
    return parsePolicy(decodeUtf8(this.#document(digest)));
  }

  #addComputation(note: Digest): void {
    const signed = parseNote(decodeUtf8(this.#document(note)));
    try {
      const manifest = parseManifest(signed.text);
      this.#signed.set(manifest.digest, { note: signed, author: manifest.author, manifest });
      this.computations.set(manifest.digest, compileManifest(manifest, this.schemas));
    } catch (thrown) {
      // A schema was changed under it: this one computation is refused until the schema is back, and the rest of the node goes on.
      if (asFrostglassError(thrown, "manifest-invalid") === undefined) throw thrown;
      this.unbound.add(note);
    }
  }

  #document(digest: Digest): Uint8Array {
    const body = this.store.document(digest);
    if (body === undefined) throw new FrostglassError("store-damaged", "The database lacks a text that the log names.");
    // The log names a text by its digest, so a text swapped under that name must never come into force (P2).
    if (digestOf(body) !== digest) throw new FrostglassError("store-damaged", "A text in the database is not the one that the log names.");
    return body;
  }
}

const changesApprovals: ReadonlySet<GovernanceEntry["entry"]> = new Set(["policy-set/1", "computation-approved/1"] as const);
const changesDatasets: ReadonlySet<GovernanceEntry["entry"]> = new Set(["epoch-published/1", "erasure-done/1"] as const);
