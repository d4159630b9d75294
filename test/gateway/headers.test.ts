import { describe, expect, it } from "vitest";
import { requestIdOf, traceparentOf } from "../../src/gateway/headers.js";
import { jws, testGateway } from "./fixture.js";

describe("request ids", () => {
  it("come back as they were sent where they are UUIDs, or are made", async () => {
    const gateway = testGateway();
    const own = "0198C0DE-7b1a-7c3e-9a5d-00c04fd430c8";
    expect((await gateway.post(jws, { "x-request-id": own })).headers.get("x-request-id")).toBe(own);
    expect((await gateway.post(jws)).headers.get("x-request-id")).toBe("made-here");
    expect((await gateway.app.request("/nowhere")).headers.get("x-request-id")).toBe("made-here");
  });

  it("are never a firm's code: they go into log lines, and a caller's own numbering is not ours to know", async () => {
    const gateway = testGateway(() => Promise.reject(new Error("a fault, so that there is a line")));
    const response = await gateway.post(jws, { "x-request-id": "91997272MAH4TWK635" });
    expect(response.headers.get("x-request-id")).toBe("made-here");
    expect(gateway.lines).not.toEqual([]);
    expect(JSON.stringify(gateway.lines)).not.toContain("91997272MAH4TWK635");
  });

  it.each(["", " ", "a b", "A-z_0.9", "4711", "a\r\nSet-Cookie: x", "a\nb", "é", "x".repeat(65), '"', "<script>", "a,b", "{}"])(
    "are not echoed when they are %j",
    (id) => {
      expect(requestIdOf(id)).toBeUndefined();
    },
  );
});

describe("traceparent", () => {
  // The example of W3C Trace Context §3.2.4.
  const valid = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

  it("is passed out when valid", async () => {
    expect((await testGateway().post(jws, { traceparent: valid })).headers.get("traceparent")).toBe(valid);
    expect((await testGateway().post(jws)).headers.has("traceparent")).toBe(false);
  });

  it.each([
    ["an unknown version", valid.replace("00-", "01-")],
    ["upper case", valid.toUpperCase()],
    ["a trace id of zeros", `00-${"0".repeat(32)}-00f067aa0ba902b7-01`],
    ["a parent id of zeros", `00-4bf92f3577b34da6a3ce929d0e0e4736-${"0".repeat(16)}-01`],
    ["a fifth part", `${valid}-00`],
    ["a line end", `${valid}\n`],
    ["too few digits", valid.slice(1)],
  ])("is dropped with %s", (_what, value) => {
    expect(traceparentOf(value)).toBeUndefined();
  });
});
