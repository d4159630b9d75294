import { describe, expect, it } from "vitest";
import { asFrostglassError } from "../../src/errors/error.js";
import { parseProcessOptions } from "../../src/gateway/options.js";

const good = { publicDir: "/p", doorPath: "/d", host: "127.0.0.1", port: 8080, adminPort: 0 };

describe("the options of a gateway process", () => {
  it("pass as they are", () => {
    const all = {
      ...good,
      tls: { cert: "/c", key: "/k" },
      contact: "https://holder.example/tell",
      logLevel: "debug",
      drainMs: 5,
      stopWithStdin: true,
    };
    expect(parseProcessOptions(JSON.stringify(all))).toEqual(all);
  });

  it.each<[string, object | string]>([
    ["nothing", ""],
    ["no JSON", "{"],
    ["a list", "[]"],
    ["null", "null"],
    ["a missing socket", { ...good, doorPath: undefined }],
    ["a port as text", { ...good, port: "8080" }],
    ["a port out of range", { ...good, adminPort: 65_536 }],
    ["an empty host", { ...good, host: "" }],
    ["half a TLS pair", { ...good, tls: { cert: "/c" } }],
    ["an unknown member", { ...good, keyFile: "/k" }],
    ["a member named after an object's own", { ...good, toString: "x" }],
    ["an unknown log level", { ...good, logLevel: "trace" }],
    ["a contact that is no URI", { ...good, contact: "me\nExpires: never" }],
    ["a time of zero", { ...good, drainMs: 0 }],
  ])("are refused with %s", (_what, options) => {
    let thrown: unknown;
    try {
      parseProcessOptions(typeof options === "string" ? options : JSON.stringify(options));
    } catch (caught) {
      thrown = caught;
    }
    expect(asFrostglassError(thrown)?.code).toBe("gateway-options-invalid");
  });
});
