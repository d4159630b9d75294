import { FrostglassError } from "../errors/error.js";

/** What a query meets in a home that lacks something it takes to answer: `node-not-ready`, with the thing in the operator's words. */
export function notReady(what: string): FrostglassError {
  return new FrostglassError("node-not-ready", `The node cannot answer yet: ${what}.`);
}
