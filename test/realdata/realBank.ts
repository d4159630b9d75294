import { importPrivateKey, type PublicKey, randomBytes } from "#crypto";
import type { Outcome } from "../../src/model/outcome.js";
import {
  type Answer,
  buildQuery,
  type Catalogue,
  createRequester,
  findComputation,
  judgeReply,
  type Requester,
  type TrustPolicy,
} from "../../src/requester/index.js";
import { parseJwk, signingKey, thumbprint } from "../../src/wire/jwk.js";
import { type JsonObject, parseStrictJson } from "../../src/wire/strictJson.js";

/* A bank that asks a running node about many firms, by the requester library. */

export const bankName = "bank.example";
export const bankKey = importPrivateKey(new Uint8Array(32).fill(21));
export const surroundings = { now: () => Math.floor(Date.now() / 1000), randomBytes };

/** A computation's id and, where a parameter is chosen, `name=value` after a space. */
export interface RealQuestion {
  readonly name: string;
  readonly subject: string;
}

export interface RealAnswer {
  readonly outcome: Outcome;
  readonly reasonCodes: readonly string[];
}

export interface RealBank {
  /** The judged answers of the node, in the order of the questions: the holder's signature holds, and each answers exactly its query. */
  askAll(questions: readonly RealQuestion[]): Promise<readonly RealAnswer[]>;
  /** The same with the evidence of each answer gathered from the log and its proofs checked, which is slower. */
  askWithEvidence(questions: readonly RealQuestion[]): Promise<readonly RealAnswer[]>;
}

/** `trust` is the holder's trust file, which the bank was given by hand. */
export async function openBank(nodeUrl: string, trust: TrustPolicy): Promise<RealBank> {
  const sleep = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
  const requester = createRequester({ nodeUrl, name: bankName, privateKey: bankKey, trust, fetch, sleep, ...surroundings });
  const catalogue = await requester.catalogue();
  const keys = await answerKeys(nodeUrl);
  return {
    askAll: (questions) => mapAtOnce(questions, 32, (question) => askDirectly(nodeUrl, catalogue, keys, question)),
    askWithEvidence: (questions) => mapAtOnce(questions, 8, (question) => askFully(requester, question)),
  };
}

async function askFully(requester: Requester, { name, subject: id }: RealQuestion): Promise<RealAnswer> {
  const question = { ...partsOf(name), subject: { scheme: "opaque", id }, purpose: "supervision" };
  return resultOf((await requester.ask(question)).answer);
}

async function askDirectly(
  nodeUrl: string,
  catalogue: Catalogue,
  keys: ReadonlyMap<string, PublicKey>,
  { name, subject: id }: RealQuestion,
): Promise<RealAnswer> {
  const { computation, parameters } = partsOf(name);
  const { digest } = findComputation(catalogue, computation);
  const subject = { scheme: "opaque", id };
  const content = { requester: bankName, holder: catalogue.holder, subject, computation: digest, parameters, purpose: "supervision" };
  const query = buildQuery(content, signingKey(bankKey), { now: surroundings.now(), random: randomBytes(16) });
  const init = { method: "POST", headers: { "Content-Type": "application/jose" }, body: query.decoded.text };
  const response = await fetch(new URL("v1/queries", nodeUrl), init);
  const contentType = response.headers.get("content-type")?.split(";")[0] ?? "";
  const reply = { status: response.status, contentType, body: new Uint8Array(await response.arrayBuffer()) };
  return resultOf(judgeReply(reply, query, { answerKey: (kid) => keys.get(kid), environment: "test" }).answer.answer);
}

function resultOf({ outcome, reasonCodes }: Answer): RealAnswer {
  return { outcome, reasonCodes };
}

function partsOf(name: string) {
  const [computation = "", parameter] = name.split(" ");
  const [key, value = ""] = parameter?.split("=") ?? [];
  const parameters: Record<string, string | number> = key === undefined ? {} : { [key]: /^\d+$/.test(value) ? Number(value) : value };
  return { computation, parameters };
}

async function answerKeys(nodeUrl: string): Promise<ReadonlyMap<string, PublicKey>> {
  const response = await fetch(new URL(".well-known/jwks.json", nodeUrl));
  const { keys } = parseStrictJson(await response.text(), { maxDepth: 4 }) as JsonObject;
  const parsed = (keys as readonly JsonObject[]).map((jwk) => parseJwk(jwk));
  return new Map(parsed.map((key) => [thumbprint(key.bytes), key]));
}

/** Maps with at most `width` at work at once; the results are in the order of the items. */
async function mapAtOnce<Item, Result>(items: readonly Item[], width: number, act: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const work = async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await act(items[index] as Item);
    }
  };
  await Promise.all(Array.from({ length: width }, work));
  return results;
}
