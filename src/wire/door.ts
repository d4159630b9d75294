import { FrostglassError } from "../errors/error.js";

export { LineSplitter } from "./lineSplitter.js";

/*
 * The protocol of the door between gateway and vault, over one local socket: a line each way, in UTF-8, replies in any order.
 *
 *   request   17 query eyJhbGciOiJFZERTQSIs…
 *   reply     17 200 {"answer":"…","opening":"…","index":4711,"context":[0,3]}
 *
 * The number is the asker's and comes back with the reply. The gateway passes the body of a reply on as it is: JSON for status 200, a problem
 * document for 400 and above.
 */

export interface DoorRequest {
  /** A whole number, not negative, unique among the requests in flight. */
  readonly id: number;
  /** Lower-case letters and hyphens, such as `query`. */
  readonly verb: string;
  /** Any text without a line feed; may be empty. */
  readonly body: string;
}

export interface DoorReply {
  readonly id: number;
  /** An HTTP status, 200 to 599. */
  readonly status: number;
  readonly body: string;
}

const verbPattern = /^[a-z][a-z-]{0,31}$/;
const statusPattern = /^[2-5][0-9]{2}$/;

/** The line of a request, line feed included. Throws `door-line-malformed`. */
export function formatRequest({ id, verb, body }: DoorRequest): string {
  if (!verbPattern.test(verb)) throw malformed("the verb has to be lower-case letters and hyphens");
  return formatLine(id, verb, body);
}

/** Parses the line of a request, without its line feed. Throws `door-line-malformed`. */
export function parseRequest(line: string): DoorRequest {
  const { id, word, body } = parseLine(line);
  if (!verbPattern.test(word)) throw malformed("the verb has to be lower-case letters and hyphens");
  return { id, verb: word, body };
}

/** The line of a reply, line feed included. Throws `door-line-malformed`. */
export function formatReply({ id, status, body }: DoorReply): string {
  if (!statusPattern.test(String(status))) throw malformed("the status has to be three digits, from 200 to 599");
  return formatLine(id, String(status), body);
}

/** Parses the line of a reply, without its line feed. Throws `door-line-malformed`. */
export function parseReply(line: string): DoorReply {
  const { id, word, body } = parseLine(line);
  if (!statusPattern.test(word)) throw malformed("the status has to be three digits, from 200 to 599");
  return { id, status: Number(word), body };
}

function formatLine(id: number, word: string, body: string): string {
  if (!Number.isSafeInteger(id) || id < 0) throw malformed("the number has to be whole and not negative");
  if (body.includes("\n")) throw malformed("the body holds a line feed");
  return `${id} ${word} ${body}\n`;
}

function parseLine(line: string): { id: number; word: string; body: string } {
  const first = line.indexOf(" ");
  const second = line.indexOf(" ", first + 1);
  if (first < 0 || second < 0) throw malformed("it has not three parts");
  const digits = line.slice(0, first);
  const id = Number(digits);
  if (!Number.isSafeInteger(id) || id < 0 || String(id) !== digits) throw malformed("the number has to be decimal, without leading zeros");
  return { id, word: line.slice(first + 1, second), body: line.slice(second + 1) };
}

function malformed(why: string): FrostglassError {
  return new FrostglassError("door-line-malformed", `A line at the door is malformed: ${why}.`);
}
