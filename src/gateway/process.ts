#!/usr/bin/env node
/**
 * The gateway in a process of its own: `node process.js '{"publicDir": …, "doorPath": …, "host": …, "port": …, "adminPort": …}'`.
 *
 * When connections are accepted it prints one line on standard output, `{"listening":8443,"url":"https://…","adminUrl":"http://…"}`; the log
 * goes to standard error. SIGTERM and SIGINT let what is under way finish, then exit with 0; SIGHUP reads the certificates again. Exit code 2
 * when it could not start; the last line on standard error then says why, `{"failed":"…","message":"…","next":"…"}`.
 */
import { asFrostglassError, FrostglassError } from "../errors/error.js";
import { type Gateway, startGateway } from "./main.js";
import { parseProcessOptions } from "./options.js";

try {
  const { stopWithStdin, ...options } = parseProcessOptions(process.argv[2]);
  const gateway = await startGateway(options);
  obeySignals(gateway);
  if (stopWithStdin === true) process.stdin.on("end", () => stop(gateway)).resume();
  process.stdout.write(`${JSON.stringify({ listening: gateway.port, url: gateway.url, adminUrl: gateway.adminUrl })}\n`);
} catch (thrown) {
  fail(thrown);
}

function obeySignals(gateway: Gateway): void {
  process.on("SIGTERM", () => stop(gateway));
  process.on("SIGINT", () => stop(gateway));
  process.on("SIGHUP", () => gateway.reload());
}

function stop(gateway: Gateway): void {
  gateway.close().then(() => process.exit(0), fail);
}

function fail(thrown: unknown): never {
  const { code, message, next } = asFrostglassError(thrown) ?? startFailure(thrown);
  process.stderr.write(`${JSON.stringify({ failed: code, message, next })}\n`);
  process.exit(2);
}

function startFailure(cause: unknown): FrostglassError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new FrostglassError("process-failed", `The gateway could not start or stop: ${why}.`, {}, { cause });
}
