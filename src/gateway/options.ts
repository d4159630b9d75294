import { FrostglassError } from "../errors/error.js";
import { type LogLevel, logLevels } from "../http/log.js";
import type { GatewayOptions } from "./main.js";
import { contactPattern } from "./securityTxt.js";

const required = { publicDir: isText, doorPath: isText, host: isText, port: isPort, adminPort: isPort };
const optional = {
  adminHost: isText,
  tls: isTlsFiles,
  name: isText,
  contact: (value: unknown) => isText(value) && contactPattern.test(value),
  version: isText,
  logLevel: (value: unknown) => logLevels.includes(value as LogLevel),
  inFlightLimit: isCount,
  doorTimeoutMs: isCount,
  connectionLimit: isCount,
  headersTimeoutMs: isCount,
  requestTimeoutMs: isCount,
  drainMs: isCount,
  stopWithStdin: (value: unknown) => typeof value === "boolean",
};

/** The options of a gateway in a process of its own. */
export interface ProcessOptions extends GatewayOptions {
  /** Stop when standard input ends, so that the gateway does not outlive the process that started it. Default false. */
  readonly stopWithStdin?: boolean;
}

/**
 * Parses the options of a gateway process from one JSON object. `port`, `adminPort`: 0 to 65535; limits and times: positive integers,
 * milliseconds. Throws `gateway-options-invalid`, naming the member.
 */
export function parseProcessOptions(text: string | undefined): ProcessOptions {
  const members = parseObject(text);
  for (const [name, accepts] of Object.entries(required)) if (!accepts(members[name])) throw invalid(name);
  const known = new Map<string, (value: unknown) => boolean>(Object.entries({ ...required, ...optional }));
  for (const [name, value] of Object.entries(members)) if (known.get(name)?.(value) !== true) throw invalid(name);
  return members as unknown as ProcessOptions;
}

function parseObject(text: string | undefined): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? "");
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch (cause) {
    throw new FrostglassError("gateway-options-invalid", "The options of the gateway are not JSON.", {}, { cause });
  }
  throw new FrostglassError("gateway-options-invalid", "The options of the gateway are not one JSON object.");
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function isPort(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 65_535;
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

function isTlsFiles(value: unknown): boolean {
  return typeof value === "object" && value !== null && "cert" in value && isText(value.cert) && "key" in value && isText(value.key);
}

function invalid(member: string): FrostglassError {
  return new FrostglassError("gateway-options-invalid", `The gateway's option "${member}" is missing, unknown or out of range.`, {
    member,
  });
}
