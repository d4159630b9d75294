import { Hono } from "hono";
import { FrostglassError } from "../errors/error.js";
import { faultFacts, type Log } from "../http/log.js";
import { problemReply } from "../http/problemReply.js";
import { maxAddCheckpointLength } from "../tlog/addCheckpoint.js";
import { type Problem, problemOf } from "../wire/problem.js";
import type { WitnessMetrics } from "./metrics.js";
import type { Witness, WitnessReply } from "./witness.js";

export interface WitnessAppOptions {
  readonly witness: Witness;
  readonly metrics: WitnessMetrics;
  readonly log: Log;
}

/**
 * A witness's HTTP interface (C2SP tlog-witness) as a Hono app, with no server around it. Submission and monitoring prefix are the root:
 *
 *   POST /add-checkpoint
 *   GET  /<SHA-256 of the origin in lower-case hex>/checkpoint
 */
export function createWitnessApp(options: WitnessAppOptions): Hono {
  const { witness } = options;
  const app = new Hono();
  app.post("/add-checkpoint", async ({ req }) => settle(options, async () => witness.addCheckpoint(await readBody(req.raw))));
  app.get("/:hash/checkpoint", ({ req }) => checkpointReply(witness.latest(req.param("hash"))));
  app.get("/", () => textReply(`A witness for transparency logs (c2sp.org/tlog-witness).\n${witness.verifierKey.name}\n`));
  app.notFound(() => problemReply(problemOf(new FrostglassError("not-found", "A witness has nothing at that path.")), {}));
  app.onError((thrown) => problemReply(problemOf(thrown), {}));
  return app;
}

async function settle({ metrics, log }: WitnessAppOptions, answer: () => Promise<WitnessReply>): Promise<Response> {
  try {
    const { status, contentType, body, result, origin } = await answer();
    metrics.count(result);
    if (result === "split-view") log.error({ origin, code: "split-view" }, "a log showed two views; both checkpoints were kept");
    return new Response(body, { status, headers: { "Content-Type": contentType, "Cache-Control": "no-store" } });
  } catch (thrown) {
    const problem = problemOf(thrown);
    metrics.count(problem.code);
    report(log, problem, thrown);
    return problemReply(problem, {});
  }
}

function report(log: Log, { status, code }: Problem, thrown: unknown): void {
  if (code === "internal-fault") log.error({ code, ...faultFacts(thrown) }, "the witness failed; it cosigned nothing");
  else if (status === 422 || status >= 500) log.warn({ code }, "a checkpoint was not cosigned");
}

/** The body as text. Anything but UTF-8 is refused: a replacement character would change what was signed. */
async function readBody(request: Request): Promise<string> {
  const declared = Number(request.headers.get("content-length") ?? 0);
  if (declared > maxAddCheckpointLength) throw tooLarge();
  const bytes = await readBytes(request);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new FrostglassError("utf8-invalid", "The request is not UTF-8.", {}, { cause });
  }
}

async function readBytes(request: Request): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request.body ?? []) {
    length += chunk.length;
    if (length > maxAddCheckpointLength) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function tooLarge(): FrostglassError {
  return new FrostglassError("body-too-large", `The body of an add-checkpoint request is at most ${maxAddCheckpointLength} bytes.`);
}

function checkpointReply(note: string | undefined): Response {
  if (note !== undefined) return textReply(note, "max-age=5");
  return problemReply(problemOf(new FrostglassError("not-found", "This witness has cosigned no log with that hash.")), {});
}

function textReply(body: string, caching = "max-age=300"): Response {
  return new Response(body, { headers: { "Content-Type": "text/plain; charset=utf-8", "Cache-Control": caching } });
}
