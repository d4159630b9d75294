import { describe, expect, it } from "vitest";
import { FrostglassError } from "../../src/errors/error.js";
import { createAdminApp } from "../../src/gateway/adminApp.js";
import type { Door } from "../../src/http/door.js";
import { jws, testGateway } from "./fixture.js";

function admin(ask: Door["ask"], draining = false) {
  const gateway = testGateway(ask);
  return { gateway, app: createAdminApp({ door: { ask }, metrics: gateway.metrics, draining: () => draining }) };
}

const alive: Door["ask"] = async () => ({ status: 200, body: '{"answer":"outcome-in-here"}' });

describe("the admin port", () => {
  it("is live while the process runs, whatever the vault does", async () => {
    const { app } = admin(() => Promise.reject(new FrostglassError("vault-unavailable", "Gone.")));
    expect((await app.request("/livez")).status).toBe(200);
  });

  it.each<[string, Door["ask"], boolean, number, string]>([
    ["the vault answers", alive, false, 200, "ready\n"],
    ["the vault is gone", () => Promise.reject(new FrostglassError("vault-unavailable", "Gone.")), false, 503, "vault-unavailable\n"],
    ["the vault is unwell", async () => ({ status: 500, body: "" }), false, 503, "vault-status-500\n"],
    ["the gateway stops", alive, true, 503, "draining\n"],
  ])("tells whether it is ready when %s", async (_when, ask, draining, status, line) => {
    const response = await admin(ask, draining).app.request("/readyz");
    expect([response.status, await response.text()]).toEqual([status, line]);
  });

  it("counts by route and status class, with no label that a caller chooses", async () => {
    const { gateway, app } = admin(alive);
    await gateway.post(jws);
    await gateway.post("not a jws");
    await gateway.app.request("/uscc:91110000MA00000000?subject=uscc:91110000MA00000000");
    const text = await (await app.request("/metrics")).text();
    expect(text).toContain('frostglass_gateway_requests_total{route="/v1/queries",status="2xx"} 1\n');
    expect(text).toContain('frostglass_gateway_requests_total{route="/v1/queries",status="4xx"} 1\n');
    expect(text).toContain('frostglass_gateway_requests_total{route="unmatched",status="4xx"} 1\n');
    expect(text).toContain('frostglass_gateway_request_seconds_count{route="/v1/queries"} 2\n');
    expect(text).toMatch(/^process_cpu_seconds_total \d/m);
    expect(text).toContain("frostglass_gateway_in_flight 0\n");
    expect(text).not.toMatch(/uscc|9111|outcome-in-here|eyJ/);
  });

  it("serves nothing else", async () => {
    expect((await admin(alive).app.request("/v1/queries", { method: "POST" })).status).toBe(404);
  });
});

describe("log lines", () => {
  it("name the route, the status and the request id, and hold nothing that a caller sent", async () => {
    const gateway = testGateway(alive);
    await gateway.post(jws, { "x-request-id": "0198c0de-7b1a-7c3e-9a5d-00c04fd430c8", authorization: "Bearer hush" });
    await gateway.app.request("/v1/computations/x?subject=uscc:91110000MA00000000");
    await gateway.app.request("/uscc:91110000MA00000000");
    expect(gateway.lines.map(({ route, status }) => [route, status])).toEqual([
      ["/v1/queries", 200],
      ["/v1/computations/:id", 404],
      ["unmatched", 404],
    ]);
    expect(gateway.lines[0]?.requestId).toBe("0198c0de-7b1a-7c3e-9a5d-00c04fd430c8");
    expect(JSON.stringify(gateway.lines)).not.toMatch(/uscc|hush|eyJ|outcome-in-here/);
  });

  it("are silent about good replies at level info, and speak of failures", async () => {
    const good = testGateway(alive, "/nonexistent", "info");
    await good.post(jws);
    await good.post("bad body");
    expect(good.lines).toEqual([]);
    const bad = testGateway(() => Promise.reject(new FrostglassError("vault-timeout", "Late.")), "/nonexistent", "info");
    await bad.post(jws);
    expect(bad.lines.map(({ code, route }) => [code, route])).toEqual([["vault-timeout", "/v1/queries"]]);
  });
});
