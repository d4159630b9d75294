import type { PrivateKey } from "#crypto";
import { answerKeyAt } from "../evidence/answerKeys.js";
import { type Evidence, formatEvidence } from "../evidence/evidenceFile.js";
import { formatOpening } from "../evidence/openingFile.js";
import type { Trust } from "../evidence/trust.js";
import { type Digest, parseDigest } from "../model/digest.js";
import type { Outcome } from "../model/outcome.js";
import type { Subject } from "../model/subject.js";
import type { Answer } from "../wire/answer.js";
import { type BudgetReply, parseBudgetReply } from "../wire/budgetReply.js";
import type { ParameterValues } from "../wire/claims.js";
import { signingKey } from "../wire/jwk.js";
import type { SigningKey } from "../wire/jws.js";
import { budgetTyp, type DecodedQuery, decodeQuery, signQuery } from "../wire/query.js";
import { buildQuery } from "./buildQuery.js";
import { type Catalogue, findComputation, parseCatalogue } from "./catalogue.js";
import { type DescribedComputation, parseDescribed } from "./describe.js";
import { type Judged, judgeReply, readReply } from "./judgeReply.js";
import { checkHolder, NodeLink, type NodeOptions } from "./nodeLink.js";

export interface RequesterOptions extends NodeOptions {
  /** The requester's name, as the holder added it. */
  readonly name: string;
  readonly privateKey: PrivateKey;
  /** The wall clock, Unix seconds. */
  readonly now: () => number;
  readonly randomBytes: (length: number) => Uint8Array;
  /** Refuses answers from another kind of node: say `production` where decisions hang on the answer. */
  readonly environment?: Answer["environment"] | undefined;
}

/** One question about one subject. */
export interface Question {
  readonly subject: Subject;
  /** The id of a computation (its newest version in the catalogue is asked for) or the digest of its exact text. */
  readonly computation: string;
  /** Default: none. */
  readonly parameters?: ParameterValues;
  readonly purpose: string;
  /** The consent JWS, where the holder's policy asks for one. */
  readonly consent?: string | undefined;
}

/** An answer or a refusal that was checked: the holder's signature, the agreement with the query, and its place in the holder's log. */
export interface Answered {
  /** A refusal is an outcome too; `refusalSentences` says what to do about it. */
  readonly outcome: Outcome;
  readonly answer: Answer;
  readonly answerDigest: Digest;
  /** The text of the `.tlog-proof` file. It does not name the subject. */
  readonly evidence: string;
  /** The text of the opening file, which does. */
  readonly opening: string;
  /** Where the answer stands in the log. */
  readonly index: number;
  /** When a spent budget renews, Unix seconds; with such a refusal only. */
  readonly renewsAt?: number;
  /** `first-use`: the log's key is the node's own word. */
  readonly trust: Trust["source"];
}

export interface Requester {
  /** What the holder answers about. */
  catalogue(): Promise<Catalogue>;
  /** One computation, by id or digest: its text, held against the digest, what it reveals, and the form of its parameters. */
  describe(idOrDigest: string): Promise<DescribedComputation>;
  /** Signs a question. Keep the text until it is answered: `submit` may be called with it again at no cost, also after a crash. */
  prepare(question: Question): Promise<string>;
  /** Sends a signed query and checks what comes back. Nothing is returned that is not in the published log. */
  submit(query: string): Promise<Answered>;
  /** `prepare` and `submit`. */
  ask(question: Question): Promise<Answered>;
  /** What the question would be charged and what is left of the budget for its subject. Costs nothing; the node's word alone, and no proof. */
  budget(question: Question): Promise<BudgetReply>;
  /** Whom this requester believes about the log. */
  trust(): Promise<Trust>;
}

/**
 * A requester's side of the exchange with one node. Throws coded errors: those of `judgeReply` and `gatherEvidence` when the reply does not hold,
 * the node's own code when it could not take the query, `node-unreachable` when no reply came, `log-behind` when the log has not been published
 * so far. After the last two, submit the same query again.
 */
export function createRequester(options: RequesterOptions): Requester {
  const link = new NodeLink(options);
  const key = signingKey(options.privateKey);
  const submit = (query: string) => submitQuery(link, decodeQuery(query), options.environment);
  const prepare = async (question: Question) => (await prepareQuery(link, key, options, question)).decoded.text;
  return {
    catalogue: () => readCatalogue(link),
    describe: (idOrDigest) => describeComputation(link, idOrDigest),
    prepare,
    submit,
    ask: async (question) => submit(await prepare(question)),
    budget: async (question) => askBudget(link, signQuery((await prepareQuery(link, key, options, question)).query, key, budgetTyp)),
    trust: () => link.trust(),
  };
}

async function readCatalogue(link: NodeLink): Promise<Catalogue> {
  const catalogue = parseCatalogue(await link.files.text("v1/computations"));
  checkHolder(catalogue.holder, await link.trust());
  return catalogue;
}

async function describeComputation(link: NodeLink, idOrDigest: string): Promise<DescribedComputation> {
  const digest = digestAsked(await readCatalogue(link), idOrDigest);
  return parseDescribed(await link.files.text(`v1/computations/${digest}`), digest);
}

async function prepareQuery(link: NodeLink, key: SigningKey, options: RequesterOptions, question: Question): Promise<DecodedQuery> {
  const catalogue = await readCatalogue(link);
  const { subject, parameters = {}, purpose, consent } = question;
  const computation = digestAsked(catalogue, question.computation);
  const content = { requester: options.name, holder: catalogue.holder, subject, computation, parameters, purpose, consent };
  return buildQuery(content, key, { now: options.now(), random: options.randomBytes(16) });
}

/** A digest is asked for as it is, listed or not: then the refusal is the holder's, signed. */
function digestAsked(catalogue: Catalogue, idOrDigest: string): Digest {
  return idOrDigest.startsWith("sha256:") ? parseDigest(idOrDigest) : findComputation(catalogue, idOrDigest).digest;
}

async function submitQuery(link: NodeLink, query: DecodedQuery, environment: Answer["environment"] | undefined): Promise<Answered> {
  const trust = await link.trust();
  checkHolder(query.query.aud, trust);
  const received = await link.send(query.decoded.text);
  const read = readReply(received);
  const evidence = await link.evidenceFor(read.reply);
  const { kid } = read.answer.decoded.header;
  const answerKey = answerKeyAt(evidence.entries, kid, read.reply.index);
  const judged = judgeReply(received, query, { answerKey: (asked) => (asked === kid ? answerKey : undefined), environment });
  return answeredOf(judged, query, evidence, trust);
}

async function askBudget(link: NodeLink, message: string): Promise<BudgetReply> {
  return parseBudgetReply(await link.sendMessage("v1/budgets", message));
}

function answeredOf(
  { outcome, answer, reply, renewsAt }: Judged,
  { query }: DecodedQuery,
  evidence: Evidence,
  { source }: Trust,
): Answered {
  return {
    outcome,
    answer: answer.answer,
    answerDigest: answer.digest,
    evidence: formatEvidence(evidence),
    opening: formatOpening({ answer: answer.digest, subject: query.subject, opening: reply.opening }),
    index: reply.index,
    ...(renewsAt === undefined ? {} : { renewsAt }),
    trust: source,
  };
}
