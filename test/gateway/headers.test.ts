import { describe, expect, it } from "vitest";
import { requestIdOf, traceparentOf } from "../../src/gateway/headers.js";
import { jws, testGateway } from "./fixture.js";

describe("request ids", () => {
  it("come back as they were sent, or are made", async () => {
    const gateway = testGateway();
    expect((await gateway.post(jws, { "x-request-id": "A-z_0.9" })).headers.get("x-request-id")).toBe("A-z_0.9");
    expect((await gateway.post(jws)).headers.get("x-request-id")).toBe("made-here");
    expect((await gateway.app.request("/nowhere")).headers.get("x-request-id")).toBe("made-here");
  });

  it.each(["", " ", "a b", "a\r\nSet-Cookie: x", "a\nb", "é", "x".repeat(65), '"', "<script>", "a,b", "{}"])(
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
