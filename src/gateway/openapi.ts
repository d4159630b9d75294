import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { bitsPattern } from "../wire/bits.js";

export type OpenApiDocument = ReturnType<OpenAPIHono["getOpenAPI31Document"]>;

const compactJws = z
  .string()
  .regex(/^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/)
  .openapi({ description: "A compact JWS (RFC 7515), at most 65536 characters." });

const count = z.int().min(0);
const bitsText = z.string().regex(bitsPattern);

const replyMembers = {
  answer: compactJws.openapi({ description: "The signed answer or refusal (typ frostglass-answer+jws)." }),
  opening: z.string().length(43).openapi({
    description: "Opens the answer's subject commitment: 32 bytes, base64url. For the requester alone; no part of the evidence.",
  }),
  index: count.openapi({ description: "Where the answer stands in the log." }),
  context: z.array(count).max(16).openapi({ description: "Where the log entries stand that the answer rests on." }),
};

const answer = z.strictObject(replyMembers).openapi("Answer");

const problemMembers = {
  type: z.string().openapi({ description: "A relative reference to a page about this code." }),
  title: z.string(),
  status: z.int().min(400).max(599),
  code: z.string().openapi({ description: "Stable, from a closed list: programs ask for this." }),
  detail: z.string().openapi({ description: "What was wrong in this case." }),
  next: z.string().openapi({ description: "What to do about it." }),
};

const problem = z.looseObject(problemMembers).openapi("Problem", { description: "RFC 9457 problem document." });

const refusal = z
  .looseObject({
    ...problemMembers,
    ...replyMembers,
    renewsAt: count.optional().openapi({ description: "When a spent budget renews, Unix seconds." }),
  })
  .openapi("Refusal", { description: "RFC 9457 problem document that carries the signed refusal." });

const json = (schema: z.ZodType, description: string) => ({ description, content: { "application/json": { schema } } });
const failure = (description: string, schema: z.ZodType = problem) => ({
  description,
  content: { "application/problem+json": { schema } },
});
const text = (type: string, description: string) => ({ description, content: { [type]: { schema: z.string() } } });
const bytes = (description: string) => ({
  description,
  content: { "application/octet-stream": { schema: z.string().openapi({ format: "binary" }) } },
});
const notModified = { description: "The copy named by If-None-Match is still good." };
const notThere = failure("Nothing at that path.");

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);
const instant = z.int().min(0).openapi({ description: "Unix seconds." });
const bilingual = z.strictObject({ en: z.string(), zh: z.string().optional() });

const listedMembers = {
  id: z.string(),
  version: z.string(),
  digest: digest.openapi({ description: "SHA-256 of the exact text that reviewers signed; it stands in every answer." }),
  state: z
    .enum(["in-force", "superseded", "expired", "revoked", "not-approved", "not-yet-valid"])
    .openapi({ description: "A query is refused with computation- and this word, unless it is in-force." }),
  from: instant.optional(),
  until: instant.optional().openapi({ description: "Unix seconds; from then on it may not be asked." }),
  supersededBy: digest.optional(),
  title: bilingual,
  reveals: bilingual,
  purposes: z.array(z.string()),
  subject: z.string().openapi({ description: "The scheme of its subjects." }),
  parameters: z.looseObject({}).openapi({ description: "JSON Schema (draft 2020-12) of a query's parameters." }),
  bitsPerAnswer: z.string().optional(),
  note: z.string().openapi({ description: "The path of the signed note." }),
  approvedAtIndex: count,
};

const listed = z.strictObject(listedMembers).openapi("ListedComputation");
const catalogue = z
  .strictObject({ holder: z.string(), minimumIndex: z.int().optional(), computations: z.array(listed) })
  .openapi("Catalogue");
const computationPage = z
  .strictObject({
    holder: z.string(),
    ...listedMembers,
    revoked: z.strictObject({ index: count, reason: z.string().optional(), sentence: z.string().optional() }).optional(),
    author: z.string().optional().openapi({ description: "The organisation that wrote it." }),
    valid: z.strictObject({ from: z.string().optional(), until: z.string().optional() }),
    outcome: z.looseObject({ kind: z.enum(["decision", "band", "score"]), mostReasons: count }),
    reasons: z.record(z.string(), bilingual).openapi({ description: "What each reason code means." }),
    datasets: z.array(z.strictObject({ dataset: z.string(), columns: z.array(z.string()) })),
    approvals: z.array(z.strictObject({ reviewer: z.string(), organisation: z.string(), counts: z.boolean() })),
    leakageReport: z.string().optional().openapi({ description: "The path of the leakage report's exact text." }),
    leakage: z.looseObject({}).optional().openapi({ description: "The leakage report." }),
    manifest: z.string().openapi({ description: "The exact text." }),
    versions: z.array(z.strictObject({ version: z.string(), digest, state: z.string() })),
  })
  .openapi("Computation");

const inPath = (name: string, pattern: RegExp, description: string) => ({
  params: z.object({ [name]: z.string().regex(pattern).openapi({ description }) }),
});

function fileRoute(
  path: string,
  summary: string,
  description: string,
  found: ReturnType<typeof text> | ReturnType<typeof json>,
  request = {},
) {
  return createRoute({ method: "get", path, summary, description, request, responses: { 200: found, 304: notModified, 404: notThere } });
}

const messageFailures = {
  400: failure("The message is malformed, not signed by a key that is known here, or out of time; the code says which."),
  413: failure("The body is over 65536 bytes."),
  415: failure("The Content-Type is not application/jose."),
  500: failure("A fault of the node."),
  503: failure("The vault is not reachable or its queue is full; see Retry-After."),
  504: failure("The vault did not answer in time; send the same message again."),
};

const queries = createRoute({
  method: "post",
  path: "/v1/queries",
  summary: "Ask one question about one subject.",
  description:
    "A refusal is signed and logged like an answer, and comes with status 403. Any other problem document means that the query was not understood, or that no answer could be fetched. The same query may always be sent again: it gets the same answer and is charged once.",
  request: {
    body: {
      required: true,
      description: "The query (typ frostglass-query+jws): the compact JWS and nothing else, no space and no line end.",
      content: { "application/jose": { schema: compactJws } },
    },
  },
  responses: {
    200: json(answer, "The signed answer."),
    400: failure("The query is malformed, not signed by a key that is known here, or out of time; the code says which."),
    403: failure("The vault refused, and signed the refusal.", refusal),
    409: failure("Another query came under this jti before."),
    413: failure("The body is over 65536 bytes."),
    415: failure("The Content-Type is not application/jose."),
    429: failure("More messages a minute than the holder's policy allows; see Retry-After."),
    500: failure("A fault of the node."),
    503: failure("The vault is not reachable or its queue is full; see Retry-After."),
    504: failure("The vault did not answer in time; send the same query again."),
  },
});

const consentRevocations = createRoute({
  method: "post",
  path: "/v1/consent-revocations",
  summary: "Take back a consent, as the issuer that signed it.",
  description:
    "In force at the next query, and an entry of the log by digest. Sent again, it gives the same reply and adds nothing. It revokes consents of this issuer only.",
  request: {
    body: {
      required: true,
      description: "The revocation (typ frostglass-consent-revocation+jws): the compact JWS and nothing else.",
      content: { "application/jose": { schema: compactJws } },
    },
  },
  responses: {
    200: json(
      z
        .strictObject({ consent: digest, index: count.openapi({ description: "Where the revocation stands in the log." }) })
        .openapi("Revoked"),
      "It is revoked, durably.",
    ),
    ...messageFailures,
  },
});

const budgets = createRoute({
  method: "post",
  path: "/v1/budgets",
  summary: "What is left of the requester's own budget for a subject.",
  description:
    "The body is a query under another typ: whoever may ask the question learns what it would cost and what is left. Nothing is charged and nothing is logged; whether the subject is on file makes no difference.",
  request: {
    body: {
      required: true,
      description: "The question (typ frostglass-budget+jws): the compact JWS and nothing else.",
      content: { "application/jose": { schema: compactJws } },
    },
  },
  responses: {
    200: json(
      z
        .strictObject({
          holder: z.string(),
          epoch: count.openapi({ description: "The epoch in force." }),
          bits: bitsText.openapi({ description: "What the question would be charged now." }),
          datasets: z.array(z.strictObject({ dataset: z.string(), remaining: bitsText })),
          renewsAt: count.openapi({ description: "When budgets begin anew, Unix seconds." }),
        })
        .openapi("Budget"),
      "What is left.",
    ),
    403: failure("The question itself would be refused; the detail says why."),
    429: failure("More messages a minute than the holder's policy allows; see Retry-After."),
    ...messageFailures,
  },
});

const subjectAccess = createRoute({
  method: "post",
  path: "/v1/subject-access",
  summary: "Who asked about a subject, for the subject itself.",
  description:
    "For a token of a consent issuer that the holder trusts. The report lists who asked, when, for what purpose, by which computation and on which basis, and no outcome; the policy sets the delay. The log says that a report was given, and nothing of it.",
  request: {
    body: {
      required: true,
      description: "The token (typ frostglass-subject-access+jws): the compact JWS and nothing else.",
      content: { "application/jose": { schema: compactJws } },
    },
  },
  responses: {
    200: json(
      z
        .strictObject({
          report: compactJws.openapi({ description: "The signed report (typ frostglass-subject-report+jws)." }),
          index: count.openapi({ description: "Where the log says that a report was given." }),
          context: z.array(count).max(16).openapi({ description: "Where the log names the key that signed it." }),
        })
        .openapi("ReportToSubject"),
      "The signed report.",
    ),
    ...messageFailures,
    403: failure("The holder's policy lets no subject see who asked."),
    409: failure("Another token came under this jti before."),
  },
});

const tilePath =
  "N in groups of three digits, all but the last with x before them; then .p and the width, for a partial tile (C2SP tlog-tiles).";

const routes = [
  queries,
  budgets,
  consentRevocations,
  subjectAccess,
  fileRoute(
    "/v1/computations",
    "The computations that are or were in force.",
    "How each stands, its digest, the JSON Schema of its parameters, and the bits that one answer lets out.",
    json(catalogue, "The catalogue."),
  ),
  fileRoute(
    "/v1/computations/{id}",
    "One computation, by id (the newest version in force) or by digest.",
    "Its exact text, who approved it, its leakage report, what it reads, what may come out, and what its reason codes mean.",
    json(computationPage, "The computation."),
    inPath("id", /^(?:[a-z][a-z0-9_-]{0,63}|sha256:[0-9a-f]{64})$/, "The computation's id, or the digest of its text."),
  ),
  fileRoute(
    "/notes/{file}",
    "An approved computation as its reviewers signed it.",
    "A C2SP signed note: the computation's digest is the SHA-256 of its text. The file's name is the SHA-256 of the whole note.",
    text("text/plain", "The note."),
    inPath("file", /^[0-9a-f]{64}\.note$/, "64 lower-case hexadecimal digits, then .note."),
  ),
  fileRoute(
    "/leakage/{file}",
    "A leakage report.",
    "What a computation can reveal. Its name is its SHA-256 digest, which stands in the last line of the computation's text.",
    text("application/json", "The report."),
    inPath("file", /^[0-9a-f]{64}\.json$/, "64 lower-case hexadecimal digits, then .json."),
  ),
  fileRoute(
    "/policies/{file}",
    "A policy of the holder, as answers name it.",
    "Its name is its SHA-256 digest.",
    text("application/yaml", "The policy."),
    inPath("file", /^[0-9a-f]{64}\.yaml$/, "64 lower-case hexadecimal digits, then .yaml."),
  ),
  fileRoute(
    "/checkpoint",
    "The signed head of the log.",
    "C2SP tlog-checkpoint, with the witnesses' cosignatures.",
    text("text/plain", "The checkpoint."),
  ),
  fileRoute(
    "/checkpoint.next",
    "The newest signed head of the log.",
    "The newest checkpoint, cosigned or not; where the node asks no witnesses, the same as /checkpoint.",
    text("text/plain", "The checkpoint."),
  ),
  fileRoute("/tile/{level}/{tile}", "Hashes of the log.", "Immutable.", bytes("The tile."), {
    params: z.object({
      level: z.string().openapi({ description: "0 to 63, or entries for the log's entries." }),
      tile: z.string().openapi({ description: tilePath }),
    }),
  }),
  fileRoute(
    "/anchors/index.json",
    "The checkpoints that others have vouched for.",
    "Each with the size of the log then and the kind of anchor.",
    json(z.strictObject({ anchors: z.array(z.strictObject({ size: count, kind: z.string() })) }).openapi("Anchors"), "The list."),
  ),
  fileRoute(
    "/anchors/{size}.checkpoint",
    "A checkpoint that was anchored, as it was then.",
    "The SHA-256 of these very bytes is what was vouched for.",
    text("text/plain", "The checkpoint."),
    inPath("size", /^(?:0|[1-9]\d{0,15})$/, "The size of the log then."),
  ),
  fileRoute(
    "/anchors/{size}.tsr",
    "The reply of a time-stamping authority.",
    "RFC 3161, over the checkpoint beside it.",
    text("application/timestamp-reply", "The reply, in DER."),
    inPath("size", /^(?:0|[1-9]\d{0,15})$/, "The size of the log then."),
  ),
  fileRoute(
    "/trust",
    "The log's key, its witnesses and their quorum.",
    "C2SP tlog-policy: the trust file of `frostglass verify`.",
    text("text/plain", "The trust file."),
  ),
  fileRoute(
    "/.well-known/jwks.json",
    "The keys that answers are signed with.",
    "RFC 7517. Old keys stay, so that old answers can be verified.",
    text("application/jwk-set+json", "The key set."),
  ),
  createRoute({
    method: "get",
    path: "/.well-known/security.txt",
    summary: "Whom to tell about a weakness.",
    description: "RFC 9116.",
    responses: { 200: text("text/plain", "The contact."), 404: failure("The operator named no contact.") },
  }),
];

/** The node's HTTP interface as an OpenAPI 3.1 document, emitted by the library from the schemas above. `version` is the node's own. */
export function openApiDocument(version: string): OpenApiDocument {
  const app = new OpenAPIHono();
  for (const route of routes) app.openAPIRegistry.registerPath(route);
  return app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Frostglass node",
      version,
      description: "Signed questions about a firm, answered with a decision, a band or a score, and a public log of every answer.",
      license: { name: "Apache-2.0" },
    },
  });
}
