import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { temporaryFolder } from "../vault/smallNode.js";

/* A time-stamping authority on this machine: `openssl ts` behind a small HTTP server. */

export const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;
if (!hasOpenssl) console.warn("skipped: there is no openssl on this machine, so no authority to ask for time-stamps");

const configuration = (folder: string) => `[req]
distinguished_name = name
prompt = no
x509_extensions = stamping
[name]
CN = Time-stamps of the tests
[stamping]
basicConstraints = critical,CA:FALSE
extendedKeyUsage = critical,timeStamping
[tsa]
default_tsa = one
[one]
serial = ${folder}/serial
crypto_device = builtin
signer_cert = ${folder}/tsa.pem
signer_key = ${folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ordering = yes
tsa_name = yes
ess_cert_id_chain = no
`;

export class Authority {
  readonly folder = temporaryFolder();
  readonly certificate = join(this.folder, "tsa.pem");
  readonly #configuration = join(this.folder, "openssl.cnf");
  #server: Server | undefined;
  #requests = 0;

  constructor() {
    writeFileSync(this.#configuration, configuration(this.folder));
    writeFileSync(join(this.folder, "serial"), "01\n");
    const key = join(this.folder, "tsa.key");
    this.openssl(
      "req",
      "-x509",
      "-newkey",
      "rsa:2048",
      "-nodes",
      "-days",
      "2",
      "-config",
      this.#configuration,
      "-keyout",
      key,
      "-out",
      this.certificate,
    );
  }

  /** Runs openssl and gives what it printed; throws when it fails. */
  openssl(...args: readonly string[]): string {
    const { status, stdout, stderr } = spawnSync("openssl", args, { encoding: "utf8" });
    if (status !== 0) throw new Error(stderr);
    return stdout;
  }

  reply(request: Uint8Array): Uint8Array {
    const [query, reply] = ["tsq", "tsr"].map((ending) => join(this.folder, `${++this.#requests}.${ending}`)) as [string, string];
    writeFileSync(query, request);
    this.openssl("ts", "-reply", "-config", this.#configuration, "-queryfile", query, "-out", reply);
    return new Uint8Array(readFileSync(reply));
  }

  /** Throws where openssl does not take the reply for these data. */
  verify(data: string, reply: string): string {
    if (!existsSync(reply)) throw new Error("there is no reply");
    return this.openssl("ts", "-verify", "-data", data, "-in", reply, "-CAfile", this.certificate);
  }

  /** Answers over HTTP, as RFC 3161 §3.4 says, on a free port. */
  async listen(): Promise<string> {
    const server = createServer((request, response) => {
      const chunks: Uint8Array[] = [];
      request.on("data", (chunk: Uint8Array) => chunks.push(chunk));
      request.on("end", () => {
        const isQuery = request.method === "POST" && request.headers["content-type"] === "application/timestamp-query";
        if (!isQuery) return response.writeHead(400).end();
        return response.writeHead(200, { "Content-Type": "application/timestamp-reply" }).end(this.reply(Buffer.concat(chunks)));
      });
    });
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  }

  async close(): Promise<void> {
    await new Promise((resolve) => this.#server?.close(resolve));
  }
}
