import { describe, expect, it } from "vitest";
import { FrostglassError } from "../../src/errors/error.js";
import { jws, problemCode, testGateway } from "./fixture.js";

describe("POST /v1/queries", () => {
  it("passes the query to the vault and the vault's bytes back, unread", async () => {
    const body = '{"answer":"x", "opening" : "not even valid, for all the gateway knows';
    const gateway = testGateway(async () => ({ status: 200, body }));
    const response = await gateway.post(jws);
    expect(gateway.asked).toEqual([`query ${jws}`]);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(await response.text()).toBe(body);
  });

  it.each([400, 403, 404, 409, 422, 429, 500, 503])("passes on the vault's own status %i as a problem document", async (status) => {
    const response = await testGateway(async () => ({ status, body: '{"code":"jws-malformed"}' })).post(jws);
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(response.headers.get("retry-after")).toBe(status === 429 || status === 503 ? "1" : null);
    expect(await response.text()).toBe('{"code":"jws-malformed"}');
  });

  it.each(["application/jose", "application/jose; charset=utf-8", "Application/JOSE ;x=y"])("accepts Content-Type %s", async (type) => {
    expect((await testGateway().post(jws, { "content-type": type })).status).toBe(200);
  });

  it.each([
    "application/json",
    "application/jose+json",
    "text/plain",
    "xapplication/jose",
    "application/jose, text/plain",
    "application/josef",
  ])("refuses Content-Type %s", async (type) => {
    const gateway = testGateway();
    const response = await gateway.post(jws, { "content-type": type });
    expect(response.status).toBe(415);
    expect(await problemCode(response)).toBe("media-type-unsupported");
    expect(gateway.asked).toEqual([]);
  });

  it("refuses a query without a Content-Type", async () => {
    const gateway = testGateway();
    const response = await gateway.app.request("/v1/queries", { method: "POST", body: new TextEncoder().encode(jws) });
    expect(response.status).toBe(415);
  });

  const malformed: readonly [string, BodyInit][] = [
    ["nothing", ""],
    ["a space", " "],
    ["a line end after it", `${jws}\n`],
    ["a carriage return after it", `${jws}\r`],
    ["a line end inside", `${jws}\n2 query ${jws}`],
    ["a space before it", ` ${jws}`],
    ["a tab inside", jws.replace(".", ".\t")],
    ["two of them", `${jws} ${jws}`],
    ["a nul", `${jws}\0`],
    ["a byte order mark", new Uint8Array([0xef, 0xbb, 0xbf, ...new TextEncoder().encode(jws)])],
    ["full-width letters", "ｅｙＪ.a.b"],
    ["a Latin-1 byte", new Uint8Array([0x61, 0x2e, 0xe9])],
    ["a line separator", `${jws}\u2028`],
    ["padding", `${jws}==`],
    ["JSON", `{"payload":"${jws}"}`],
    ["percent escapes", jws.replace("e", "%65")],
  ];
  it.each(malformed)("refuses a body that holds %s", async (_what, body) => {
    const length = typeof body === "string" ? new TextEncoder().encode(body).length : (body as Uint8Array).length;
    for (const headers of [{}, { "content-length": String(length) }]) {
      const gateway = testGateway();
      const response = await gateway.post(body, headers);
      expect(response.status).toBe(400);
      expect(await problemCode(response)).toBe("body-malformed");
      expect(gateway.asked).toEqual([]);
    }
  });

  it("takes 65536 bytes and refuses one more, whether the length is declared or not", async () => {
    for (const declare of [true, false]) {
      const send = (gateway: ReturnType<typeof testGateway>, length: number) =>
        gateway.post("a".repeat(length), declare ? { "content-length": String(length) } : {});
      expect((await send(testGateway(), 65_536)).status).toBe(200);
      const gateway = testGateway();
      const refused = await send(gateway, 65_537);
      expect(refused.status).toBe(413);
      expect(await problemCode(refused)).toBe("body-too-large");
      expect(gateway.asked).toEqual([]);
    }
  });

  it("stops reading an endless body at the limit", async () => {
    let sent = 0;
    const endless = new ReadableStream({
      pull: (controller) => {
        sent += 4096;
        controller.enqueue(new Uint8Array(4096).fill(0x61));
      },
    });
    const init = { method: "POST", body: endless, duplex: "half", headers: { "content-type": "application/jose" } } as RequestInit;
    const response = await testGateway().app.request("/v1/queries", init);
    expect(response.status).toBe(413);
    expect(sent).toBeLessThan(128 * 1024);
  });

  it("says so when the body breaks off", async () => {
    const broken = new ReadableStream({ pull: (controller) => controller.error(new Error("reset")) });
    const init = { method: "POST", body: broken, duplex: "half", headers: { "content-type": "application/jose" } } as RequestInit;
    const response = await testGateway().app.request("/v1/queries", init);
    expect(await problemCode(response)).toBe("body-unreadable");
  });

  it.each([
    ["vault-unavailable", 503, "1"],
    ["queue-full", 503, "1"],
    ["vault-timeout", 504, null],
  ] as const)("reports %s as status %i", async (code, status, retryAfter) => {
    const response = await testGateway(() => Promise.reject(new FrostglassError(code, "No answer."))).post(jws);
    expect(response.status).toBe(status);
    expect(response.headers.get("retry-after")).toBe(retryAfter);
    expect(await problemCode(response)).toBe(code);
  });

  it("masks a fault of its own: a code and a request id, nothing of the cause", async () => {
    const ownId = "0198c0de-7b1a-7c3e-9a5d-00c04fd430c8";
    const gateway = testGateway(() => Promise.reject(new Error("secret-of-the-cause")));
    const response = await gateway.post(jws, { "x-request-id": ownId });
    expect(response.status).toBe(500);
    expect(response.headers.get("x-request-id")).toBe(ownId);
    const text = await response.text();
    expect(text).toContain("internal-fault");
    expect(text + JSON.stringify(gateway.lines)).not.toContain("secret-of-the-cause");
  });

  it("keeps many queries apart when the vault replies out of order", async () => {
    const waiting: (() => void)[] = [];
    const gateway = testGateway(
      (_verb, body) => new Promise((resolve) => waiting.push(() => resolve({ status: 200, body: `{"of":"${body}"}` }))),
    );
    const responses = Array.from({ length: 20 }, (_, i) => gateway.post(`a.b.${i}`));
    while (waiting.length < 20) await new Promise(setImmediate);
    for (const release of waiting.reverse()) release();
    const bodies = await Promise.all(responses.map(async (response) => (await response).text()));
    expect(bodies).toEqual(Array.from({ length: 20 }, (_, i) => `{"of":"a.b.${i}"}`));
    expect(gateway.metrics.inFlight).toBe(0);
  });
});
