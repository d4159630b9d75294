import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { Agent, get } from "node:https";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Gateway, type GatewayOptions, startGateway } from "../../src/gateway/main.js";
import { createLog } from "../../src/http/log.js";
import { jws, temporaryDir } from "./fixture.js";
import { echo, startVault, type VaultDouble } from "./vaultDouble.js";

let vault: VaultDouble;
let gateway: Gateway | undefined;
let answering = true;

beforeEach(async () => {
  answering = true;
  vault = await startVault((request, double) => {
    if (answering) echo(request, double);
  });
});

afterEach(async () => {
  await gateway?.close();
  gateway = undefined;
  await vault.stop();
});

async function start(options: Partial<GatewayOptions> = {}): Promise<Gateway> {
  const home = temporaryDir();
  mkdirSync(join(home, "public"));
  writeFileSync(join(home, "public", "checkpoint"), "a checkpoint\n");
  writeFileSync(join(home, "secret"), "secret");
  const log = createLog("gateway", "silent");
  gateway = await startGateway(
    { publicDir: join(home, "public"), doorPath: vault.path, host: "127.0.0.1", port: 0, adminPort: 0, ...options },
    log,
  );
  return gateway;
}

const post = (url: string, body = jws) =>
  fetch(`${url}/v1/queries`, { method: "POST", body, headers: { "content-type": "application/jose" } });

/** Sends raw bytes and resolves with all that comes back until the server closes. */
function raw(port: number, text: string, onOpen: (socket: Socket) => void = () => {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.write(text);
      onOpen(socket);
    });
    let heard = "";
    socket.setEncoding("latin1");
    socket.on("data", (chunk: string) => {
      heard += chunk;
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(heard));
  });
}

const closing = "Host: x\r\nConnection: close\r\n";

describe("a running gateway", () => {
  it("carries queries to the vault and serves its files", async () => {
    const { url, adminUrl } = await start();
    const response = await post(url);
    expect([response.status, await response.text()]).toEqual([200, `{"of":"${jws}"}`]);
    expect(await (await fetch(`${url}/checkpoint`)).text()).toBe("a checkpoint\n");
    expect((await fetch(`${adminUrl}/readyz`)).status).toBe(200);
    expect((await fetch(`${url}/metrics`)).status).toBe(404);
  });

  it("answers 503 with Retry-After while the vault is gone, and goes on when it is back", async () => {
    const { url, adminUrl } = await start();
    expect((await post(url)).status).toBe(200);
    await vault.stop();
    await expect.poll(async () => (await fetch(`${adminUrl}/readyz`)).status).toBe(503);
    const refused = await post(url);
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "1"]);
    expect((await fetch(`${url}/checkpoint`)).status).toBe(200);
    await vault.listen();
    await expect.poll(async () => (await post(url)).status, { timeout: 5000 }).toBe(200);
  });

  it.each([
    "/../secret",
    "/tile/../../secret",
    "/%2e%2e/secret",
    "/..%2fsecret",
    "/..\\secret",
    "//../secret",
    "/tile/0/..%00/secret",
    "/./../secret",
  ])("does not let the request line %s out of its directory", async (path) => {
    const { port } = await start();
    const reply = await raw(port, `GET ${path} HTTP/1.1\r\n${closing}\r\n`);
    expect(reply).toMatch(/^HTTP\/1\.1 40[04] /);
    expect(reply).not.toContain("secret");
  });

  it.each([
    ["a header with a bare line end", `GET / HTTP/1.1\r\n${closing}X-Request-Id: a\nSet-Cookie: b\r\n\r\n`],
    ["two lengths", `POST /v1/queries HTTP/1.1\r\n${closing}Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd`],
    [
      "a length and chunks",
      `POST /v1/queries HTTP/1.1\r\n${closing}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n`,
    ],
    ["no host", "GET / HTTP/1.1\r\nConnection: close\r\n\r\n"],
    ["headers over 16 KiB", `GET / HTTP/1.1\r\n${closing}X-Long: ${"a".repeat(17_000)}\r\n\r\n`],
  ])("refuses %s", async (_what, request) => {
    const { port } = await start();
    const reply = await raw(port, request);
    expect(reply).toMatch(/^HTTP\/1\.1 4(?:00|31) /);
    expect(reply).not.toMatch(/^set-cookie/im);
    expect(vault.heard).toEqual([]);
  });

  it.each([
    ["a backslash in the path", `GET /a\\b HTTP/1.1\r\n${closing}\r\n`],
    ["a broken host", "GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n"],
  ])("says in a problem document what is wrong with %s", async (_what, request) => {
    const { port } = await start();
    expect(await raw(port, request)).toMatch(/^HTTP\/1\.1 400 [\s\S]*application\/problem\+json[\s\S]*"code":"request-malformed"/);
  });

  it("refuses a body by its declared length, without waiting for it", async () => {
    const { port } = await start();
    const reply = await raw(port, `POST /v1/queries HTTP/1.1\r\n${closing}Content-Type: application/jose\r\nContent-Length: 65537\r\n\r\n`);
    expect(reply).toMatch(/^HTTP\/1\.1 413 /);
  });

  it("takes a chunked body, and refuses one that grows over the limit", async () => {
    const { port } = await start();
    const head = `POST /v1/queries HTTP/1.1\r\n${closing}Content-Type: application/jose\r\nTransfer-Encoding: chunked\r\n\r\n`;
    expect(await raw(port, `${head}3\r\na.b\r\n2\r\n.c\r\n0\r\n\r\n`)).toMatch(/^HTTP\/1\.1 200 [\s\S]*"of":"a\.b\.c"/);
    expect(await raw(port, `${head}${"8000\r\n".concat("a".repeat(0x8000), "\r\n").repeat(3)}0\r\n\r\n`)).toMatch(/^HTTP\/1\.1 413 /);
  });

  it("lets go of callers who dawdle over their headers or their body", async () => {
    const { port } = await start({ headersTimeoutMs: 100, requestTimeoutMs: 200 });
    expect(await raw(port, "GET / HTTP/1.1\r\nHost: x\r\n")).toMatch(/^HTTP\/1\.1 408 /);
    await raw(port, "POST /v1/queries HTTP/1.1\r\nHost: x\r\nContent-Type: application/jose\r\nContent-Length: 9\r\n\r\nabc");
    expect(vault.heard).toEqual([]);
  });

  it("accepts no more connections than its limit", async () => {
    const { port } = await start({ connectionLimit: 1 });
    const opened: Socket[] = [];
    const first = raw(port, "GET / HTTP/1.1\r\n", (socket) => opened.push(socket));
    await expect.poll(() => opened.length).toBe(1);
    expect(await raw(port, "")).toBe("");
    for (const socket of opened) socket.destroy();
    await first;
  });

  it("finishes what is under way when it stops, accepts nothing new, and closes idle connections", async () => {
    const { url, port, adminUrl } = await start({ drainMs: 60_000 });
    expect((await post(url)).status).toBe(200);
    answering = false;
    // A caller that keeps its connection would hold the gateway up for as long as it likes.
    const underWay = raw(
      port,
      "POST /v1/queries HTTP/1.1\r\nHost: x\r\nContent-Type: application/jose\r\nContent-Length: 8\r\n\r\na.b.late",
    );
    await vault.until(2);
    const closed = gateway?.close();
    expect(await (await fetch(`${adminUrl}/readyz`)).text()).toBe("draining\n");
    await expect(raw(port, "")).rejects.toThrow("ECONNREFUSED");
    const [, late] = vault.heard;
    if (late !== undefined) echo(late, vault);
    expect(await underWay).toMatch(/^HTTP\/1\.1 200 [\s\S]*\{"of":"a\.b\.late"\}$/);
    await closed;
    await expect(fetch(`${adminUrl}/livez`)).rejects.toThrow();
  });

  it("stops at the end of its patience when the vault never answers", async () => {
    const { url } = await start({ drainMs: 50 });
    answering = false;
    const lost = post(url);
    await vault.until(1);
    await gateway?.close();
    await expect(lost).rejects.toThrow();
  });

  it("rejects when a port is taken, and leaves none open", async () => {
    const { port } = await start();
    const options = { publicDir: "/nonexistent", doorPath: vault.path, host: "127.0.0.1", port: 0 };
    await expect(startGateway({ ...options, adminPort: port }, createLog("gateway", "silent"))).rejects.toThrow("EADDRINUSE");
    await expect(startGateway({ ...options, port, adminPort: 0 }, createLog("gateway", "silent"))).rejects.toThrow("EADDRINUSE");
  });
});

describe("over TLS", () => {
  const dir = temporaryDir();
  const make = (name: string) => {
    const files = ["-keyout", join(dir, `${name}.key`), "-out", join(dir, `${name}.crt`)];
    const subject = ["-subj", `/CN=${name}`, "-addext", "subjectAltName=IP:127.0.0.1"];
    execFileSync(
      "openssl",
      ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", ...subject, ...files],
      {
        stdio: "ignore",
      },
    );
  };
  const use = (name: string) => {
    for (const end of ["key", "crt"]) copyFileSync(join(dir, `${name}.${end}`), join(dir, `live.${end}`));
  };
  const certificateOf = (url: string): Promise<{ name: unknown; hsts: unknown }> =>
    new Promise((resolve, reject) => {
      get(`${url}/checkpoint`, { rejectUnauthorized: false, agent: new Agent({ keepAlive: false, maxCachedSessions: 0 }) }, (response) => {
        response.resume();
        const name = (response.socket as TLSSocket).getPeerCertificate().subject.CN;
        response.on("end", () => resolve({ name, hsts: response.headers["strict-transport-security"] }));
      }).on("error", reject);
    });

  it("takes a new certificate without a stop, and keeps the old one when the new one is broken", async () => {
    make("first");
    make("second");
    use("first");
    const running = await start({ tls: { cert: join(dir, "live.crt"), key: join(dir, "live.key") } });
    expect(running.url).toMatch(/^https:/);
    expect(await certificateOf(running.url)).toEqual({ name: "first", hsts: "max-age=31536000" });
    use("second");
    running.reload();
    expect((await certificateOf(running.url)).name).toBe("second");
    writeFileSync(join(dir, "live.crt"), "broken");
    running.reload();
    expect((await certificateOf(running.url)).name).toBe("second");
  });
});
