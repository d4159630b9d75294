import { importPrivateKey, sha256 } from "#crypto";
import { formatBase64Url } from "../../src/bytes/base64.js";
import { encodeUtf8 } from "../../src/bytes/utf8.js";
import type { Fetch } from "../../src/evidence/network.js";
import { digestOf } from "../../src/model/digest.js";
import { checkSubject } from "../../src/model/subject.js";
import { addSignature, formatNote, parseNote, signNote } from "../../src/note/signedNote.js";
import { cosignatureType, formatVerifierKey, verifierKeyOf } from "../../src/note/verifierKey.js";
import { TreeAppender } from "../../src/tlog/appender.js";
import { signCheckpoint } from "../../src/tlog/checkpoint.js";
import { cosign } from "../../src/tlog/cosignature.js";
import { encodeEntryBundle } from "../../src/tlog/entryBundle.js";
import { leafHash } from "../../src/tlog/merkle.js";
import { type Policy, parsePolicy } from "../../src/tlog/policy.js";
import { formatTilePath, fullWidth } from "../../src/tlog/tile.js";
import { type Answer, commitSubject, signAnswer } from "../../src/wire/answer.js";
import { type AnswerReply, formatAnswerReply } from "../../src/wire/answerReply.js";
import { type Entry, encodeAnswerEntry, encodeEntry } from "../../src/wire/entry.js";
import { formatJwk, signingKey } from "../../src/wire/jwk.js";
import { refusalProblem } from "../../src/wire/problem.js";
import { decodeQuery } from "../../src/wire/query.js";

/** A key by its name: nothing here is random, so every run makes the same bytes. */
export const seed = (name: string) => importPrivateKey(sha256(encodeUtf8(`seed of ${name}`)));
const bytesOf = (name: string) => sha256(encodeUtf8(name));

export const now = 1_700_000_000;
export const subject = checkSubject("opaque", "E1");
export const otherSubject = checkSubject("opaque", "E2");
const manifest = `frostglass: computation/1
id: sales-continuity
version: 1.0.0
title: { en: Sales }
reveals: { en: Whether }
purposes: [loan-origination]
subject: opaque
inputs: { sales: sales }
features:
  rows: { count: sales }
output: { decision: { rows: { at_least: 1 } } }
`;
export const computation = { id: "sales-continuity", version: "1.0.0", digest: digestOf(encodeUtf8(manifest)) } as const;
export const otherDigest = digestOf(encodeUtf8("another text"));
export const bankKey = seed("bank");
export const witnessKey = seed("witness");
export const keyText = (name: string) => formatBase64Url(seed(name).publicKey.bytes);

const reviewer = { name: "reviewer.example", privateKey: seed("reviewer") };
const note = formatNote(manifest, [signNote(manifest, reviewer)]);
const policyText = `frostglass: policy/1
reviewers:
  - { organisation: reviewer.example, key: "${formatVerifierKey(verifierKeyOf(reviewer))}" }
approval: { reviewers: 1, organisations: 1 }
consent_issuers: []
purposes: {}
disclosure: { period_days: 365, budget_bits: 8, ceiling_bits: 8 }
clock_skew_seconds: 60
`;
const policy = digestOf(encodeUtf8(policyText));
const root = digestOf(encodeUtf8("the records"));

/** The acts of administration that an answer rests on, in the order in which a holder does them. */
export const governance = {
  created: { entry: "log-created/1", at: now, holder: "tax.example", environment: "test", suite: "frostglass-1" },
  logKey: { entry: "key-added/1", at: now, role: "log", key: keyText("log") },
  key: { entry: "key-added/1", at: now, role: "answer", key: keyText("answers") },
  policy: { entry: "policy-set/1", at: now, policy },
  epoch: { entry: "epoch-published/1", at: now, number: 1, asOf: "2023-11-01", root, datasets: { sales: root } },
  approved: {
    entry: "computation-approved/1",
    at: now,
    id: "sales-continuity",
    version: "1.0.0",
    computation: computation.digest,
    note: digestOf(encodeUtf8(note)),
  },
  added: { entry: "requester-added/1", at: now, requester: "bank.example", keys: [keyText("bank")] },
  granted: {
    entry: "requester-granted/1",
    at: now,
    requester: "bank.example",
    computation: "sales-continuity",
    purposes: ["loan-origination"],
    from: now - 10,
    until: now + 1000,
  },
} as const satisfies Record<string, Entry>;

export type Act = keyof typeof governance;
export type Acts = Readonly<Record<string, Entry>>;
/** What `context` of a reply names when all is well. */
export const restsOn: readonly Act[] = ["key", "policy", "epoch", "approved", "granted"];

export const answerClaims = {
  iss: "tax.example",
  aud: "bank.example",
  iat: now,
  jti: "AAAAAAAAAAAAAAAAAAAAAA",
  computation,
  parameters: { cutoff: 560 },
  purpose: "loan-origination",
  policy,
  epoch: { number: 1, root, asOf: "2023-11-01" },
  outcome: { kind: "decision", decision: true },
  reasonCodes: ["R12"],
  disclosure: { bits: "1.585", remaining: "6.415" },
  salt: formatBase64Url(bytesOf("salt")),
  environment: "test",
  suite: "frostglass-1",
} as const satisfies Partial<Answer>;

export interface Twist {
  /** Claims that differ from what an honest node would sign. */
  readonly claims?: Partial<Answer>;
  readonly context?: readonly number[];
  readonly index?: number;
  readonly opening?: Uint8Array;
  readonly signer?: string;
  /** Entries that come into the log after the answer. */
  readonly after?: readonly Entry[];
}

/** A node in memory: a log, its published files, and answers made by the functions that the product uses for its messages. */
export class FakeNode {
  readonly holder: string;
  readonly files = new Map<string, Uint8Array>();
  /** The bodies of the queries that came. */
  readonly queries: string[] = [];
  readonly requests: { readonly url: string; readonly init: RequestInit | undefined }[] = [];
  /** What the next queries are answered with instead, each once. */
  readonly instead: (() => Response)[] = [];
  twist: Twist = {};
  #tree = TreeAppender.empty();
  readonly #entries: Uint8Array[] = [];

  constructor({ holder = "tax.example", acts = governance as Acts } = {}) {
    this.holder = holder;
    for (const act of Object.values(acts)) this.append(encodeEntry(act));
    const listed = {
      ...computation,
      title: { en: "Sales" },
      reveals: { en: "Whether" },
      purposes: ["loan-origination"],
      subject: "opaque",
      state: "in-force",
    };
    const rest = { parameters: {}, bitsPerAnswer: "1.585", note: `/notes/${"0".repeat(64)}.note`, approvedAtIndex: 5 };
    this.write("v1/computations", JSON.stringify({ holder, computations: [{ ...listed, ...rest }] }));
    this.write("trust", `log ${this.#logKey()}\nquorum none\n`);
    this.write(`notes/${digestOf(encodeUtf8(note)).slice(7)}.note`, note);
    this.write(`policies/${policy.slice(7)}.yaml`, policyText);
    this.write(".well-known/jwks.json", JSON.stringify({ keys: [formatJwk(seed("answers").publicKey)] }));
    this.publish();
  }

  /** The log alone, or with one witness as the quorum. */
  trust(witnessed = false): Policy {
    const witness = formatVerifierKey(verifierKeyOf({ name: "witness.example/w1", privateKey: witnessKey }, cosignatureType));
    return parsePolicy(`log ${this.#logKey()}\n${witnessed ? `witness W1 ${witness}\nquorum W1\n` : "quorum none\n"}`);
  }

  write(path: string, content: string | Uint8Array): void {
    this.files.set(path, typeof content === "string" ? encodeUtf8(content) : content);
  }

  append(entry: Uint8Array): number {
    this.#entries.push(entry);
    this.#tree = this.#tree.appended([leafHash(entry)]);
    for (const { tile, bytes } of this.#tree.newTiles) this.write(formatTilePath(tile), bytes);
    const bundle = Math.floor((this.#entries.length - 1) / fullWidth);
    const entries = this.#entries.slice(bundle * fullWidth);
    this.write(formatTilePath({ level: "entries", index: bundle, width: entries.length }), encodeEntryBundle(entries));
    return this.#entries.length - 1;
  }

  publish(witnessedAt?: number): void {
    const note = parseNote(signCheckpoint(this.#tree, { name: this.holder, privateKey: seed("log") }));
    const line = witnessedAt === undefined ? undefined : cosign(note, witnessedAt, { name: "witness.example/w1", privateKey: witnessKey });
    this.write("checkpoint", line === undefined ? note.full : addSignature(note, line).full);
  }

  /** Answers a query as the twist of the moment says. */
  answer(query: string): AnswerReply & { readonly claims: Answer } {
    const decoded = decodeQuery(query);
    const opening = bytesOf("opening");
    const honest = {
      ...answerClaims,
      iss: this.holder,
      query: decoded.digest,
      subjectCommitment: commitSubject(decoded.query.subject, opening),
    };
    const claims = { ...honest, ...this.twist.claims };
    const answer = signAnswer(claims, signingKey(seed(this.twist.signer ?? "answers")));
    const index = this.append(encodeAnswerEntry(digestOf(encodeUtf8(answer))));
    for (const entry of this.twist.after ?? []) this.append(encodeEntry(entry));
    this.publish();
    const context = this.twist.context ?? positions(governance, restsOn);
    return { answer, opening: formatBase64Url(this.twist.opening ?? opening), index: this.twist.index ?? index, context, claims };
  }

  reply(query: string): Response {
    const { claims, ...reply } = this.answer(query);
    const { outcome } = claims;
    if (outcome.kind !== "refusal") return respond(200, "application/json", formatAnswerReply(reply));
    return respond(
      403,
      "application/problem+json",
      JSON.stringify(refusalProblem(outcome.code, reply, outcome.code === "budget-spent" ? now + 60 : undefined)),
    );
  }

  readonly fetch: Fetch = async (url, init) => {
    this.requests.push({ url, init });
    const path = new URL(url).pathname.slice(1);
    if (init?.method !== "POST") {
      const file = this.files.get(path);
      return file === undefined ? respond(404, "application/problem+json", "{}") : respond(200, "application/octet-stream", file);
    }
    this.queries.push(String(init.body));
    return this.instead.shift()?.() ?? this.reply(String(init.body));
  };

  #logKey(): string {
    return formatVerifierKey(verifierKeyOf({ name: this.holder, privateKey: seed("log") }));
  }
}

/** Where acts stand in a log that begins with `acts`. */
export function positions(acts: Acts, names: readonly string[]): number[] {
  return names.map((name) => Object.keys(acts).indexOf(name));
}

export function respond(status: number, contentType: string, body: string | Uint8Array): Response {
  const content = typeof body === "string" ? body : new Uint8Array(body);
  return new Response(content, { status, headers: { "Content-Type": `${contentType}; charset=utf-8` } });
}

export const noSleep = async (): Promise<void> => {};
