import { execFileSync } from "node:child_process";
import { mkdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { problemCode, type TestGateway, temporaryDir, testGateway } from "./fixture.js";

const hex = "0123456789abcdef".repeat(4);
const home = temporaryDir();
const root = join(home, "public");
let gateway: TestGateway;

function publish(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

beforeAll(() => {
  publish("checkpoint", "tax.example/log\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n");
  for (const path of ["anchors/index.json", "anchors/4711.checkpoint", "anchors/4711.tsr"]) publish(path, "{}");
  for (const path of ["jwks.json", "computations.json", "computations/sme-sales.json"]) publish(path, "{}");
  for (const path of [`notes/${hex}.note`, `policies/${hex}.yaml`, "trust"]) publish(path, "text\n");
  for (const path of ["tile/0/000", "tile/63/000.p/255", "tile/0/x001/x234/067", "tile/entries/000.p/1"]) publish(path, "tile");
  for (const path of [".hidden", "secret.txt", "tile/64/000", "tile/0/000.p/0", "tile/0/x000/001", "notes/.note"]) publish(path, "secret");
  writeFileSync(join(home, "key.age"), "secret");
  mkdirSync(join(home, "outside"));
  writeFileSync(join(home, "outside", "001"), "secret");
  symlinkSync(join(home, "key.age"), join(root, "tile", "0", "002"));
  symlinkSync(join(home, "outside"), join(root, "tile", "5"));
  mkdirSync(join(root, "tile", "0", "003"));
  execFileSync("mkfifo", [join(root, "tile", "0", "004")]);
  gateway = testGateway(undefined, root);
});

describe("public files", () => {
  const immutable = "public, max-age=31536000, immutable";
  it.each([
    ["/checkpoint", "text/plain; charset=utf-8", "no-cache"],
    ["/tile/0/000", "application/octet-stream", immutable],
    ["/tile/63/000.p/255", "application/octet-stream", immutable],
    ["/tile/0/x001/x234/067", "application/octet-stream", immutable],
    ["/tile/entries/000.p/1", "application/octet-stream", immutable],
    ["/.well-known/jwks.json", "application/jwk-set+json", "public, max-age=300"],
    ["/v1/computations", "application/json", "no-cache"],
    ["/v1/computations/sme-sales", "application/json", "no-cache"],
    [`/notes/${hex}.note`, "text/plain; charset=utf-8", immutable],
    [`/policies/${hex}.yaml`, "application/yaml", immutable],
    ["/anchors/index.json", "application/json", "no-cache"],
    ["/anchors/4711.checkpoint", "text/plain; charset=utf-8", "public, max-age=300"],
    ["/anchors/4711.tsr", "application/timestamp-reply", immutable],
    ["/trust", "text/plain; charset=utf-8", "no-cache"],
    ["/checkpoint?at=now", "text/plain; charset=utf-8", "no-cache"],
  ])("serves %s", async (path, type, cache) => {
    const response = await gateway.app.request(path);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe(type);
    expect(response.headers.get("cache-control")).toBe(cache);
    expect(response.headers.get("content-length")).toBe(String((await response.text()).length));
  });

  it("answers HEAD with the headers of GET and no body", async () => {
    const [get, head] = [await gateway.app.request("/checkpoint"), await gateway.app.request("/checkpoint", { method: "HEAD" })];
    expect(head.status).toBe(200);
    expect(Object.fromEntries(head.headers)).toEqual(Object.fromEntries(get.headers));
    expect(await head.text()).toBe("");
  });

  it("answers 304 to a holder of the same bytes, and 200 once they are replaced", async () => {
    const etag = (await gateway.app.request("/checkpoint")).headers.get("etag") ?? "";
    const ask = (held: string) => gateway.app.request("/checkpoint", { headers: { "if-none-match": held } });
    for (const held of [etag, `W/${etag}`, `"x", ${etag}`, "*"]) expect((await ask(held)).status).toBe(304);
    expect((await ask('"other"')).status).toBe(200);
    publish("checkpoint.next", "tax.example/log\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n");
    renameSync(join(root, "checkpoint.next"), join(root, "checkpoint"));
    expect((await ask(etag)).status).toBe(200);
  });

  it("serves a file that was published after the start, and none before", async () => {
    const late = testGateway(undefined, join(root, "late"));
    expect((await late.app.request("/trust")).status).toBe(404);
    publish("late/trust", "text\n");
    expect((await late.app.request("/trust")).status).toBe(200);
  });
});

describe("hostile paths", () => {
  const paths: readonly string[] = [
    ...["/../key.age", "/tile/../../key.age", "/tile/../key.age", "/notes/../../key.age", "/%2e%2e/key.age", "/tile/%2e%2e/%2e%2e/key.age"],
    ...[
      "/tile/%2E%2E%2Fkey.age",
      "/tile/..%2fkey.age",
      "/tile/..%5ckey.age",
      "/tile/..\\key.age",
      "/tile/0/000%00",
      "/tile/0/000%00.p/1",
      "/check%70oint",
    ],
    ...[
      "//checkpoint",
      "/checkpoint/",
      "/tile//0/000",
      "/tile/0//000",
      "/tile/0/000/",
      "/tile/0/./000x",
      "/CHECKPOINT",
      "/checkpoint%20",
      "/checkpoint;v=1",
    ],
    ...[
      "/.hidden",
      "/secret.txt",
      "/.git/config",
      "/jwks.json",
      "/computations.json",
      "/computations/sme-sales.json",
      "/notes/.note",
      "/notes/",
    ],
    ...[
      "/tile/64/000",
      "/tile/00/000",
      "/tile/-1/000",
      "/tile/0/0",
      "/tile/0/0000",
      "/tile/0/x000/001",
      "/tile/0/x001",
      "/tile/0/000.p/0",
      "/tile/0/000.p/256",
    ],
    ...[
      "/tile/0/000.p/01",
      "/tile/0/000.p",
      "/tile/0/000.p/",
      "/tile/0/０００",
      "/tile/0/%EF%BC%90%EF%BC%90%EF%BC%90",
      "/tile/0/x001/x001/x001/x001/x001/x001/001",
    ],
    ...[
      "/v1/computations/",
      "/v1/computations/..",
      "/v1/computations/a.b",
      "/v1/computations/A",
      "/v1/computations/1a",
      `/v1/computations/${"a".repeat(65)}`,
    ],
    ...[
      `/notes/${hex.toUpperCase()}.note`,
      `/notes/${hex}`,
      `/notes/${hex}0.note`,
      `/notes/${hex}.note.bak`,
      `/notes/${hex}.yaml`,
      `/policies/${hex}.note`,
    ],
    ...[
      "/tile/0/002",
      "/tile/5/001",
      "/tile/0/003",
      "/tile/0/004",
      "/v1/queries/x",
      "/v1",
      "/metrics",
      "/livez",
      "/readyz",
      "/wp-admin",
      "/é",
      "/\u202e",
    ],
  ];
  it.each(paths)("%s is not found", async (path) => {
    const response = await gateway.app.fetch(new Request(`http://localhost${path}`));
    const text = await response.clone().text();
    expect(response.status).toBe(404);
    expect(await problemCode(response)).toBe("not-found");
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(text).not.toContain("secret");
  });
});

describe("methods", () => {
  it.each([
    ["POST", "/checkpoint", "GET, HEAD"],
    ["DELETE", "/tile/0/000", "GET, HEAD"],
    ["OPTIONS", "/v1/queries", "POST"],
    ["GET", "/v1/queries", "POST"],
    ["HEAD", "/v1/queries", "POST"],
    ["PUT", "/", "GET, HEAD"],
    ["PATCH", "/v1/computations/sme-sales", "GET, HEAD"],
    ["QUERY", "/trust", "GET, HEAD"],
  ])("%s %s is refused and the right ones are named", async (method, path, allow) => {
    const response = await gateway.app.request(path, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe(allow);
    if (method !== "HEAD") expect(await problemCode(response)).toBe("method-not-allowed");
  });
});
