import { describe, expect, it } from "vitest";
import { openApiDocument } from "../../src/gateway/openapi.js";
import { escapeHtml } from "../../src/http/page.js";
import { testGateway } from "./fixture.js";

describe("/openapi.json", () => {
  it("is OpenAPI 3.1 and names every path that the app has, and no other", async () => {
    const { app } = testGateway();
    const document = (await (await app.request("/openapi.json")).json()) as {
      openapi: string;
      info: { version: string };
      paths: Record<string, object>;
    };
    expect(document.openapi).toBe("3.1.0");
    expect(document.info.version).toBe("1.2.3");
    const described = Object.entries(document.paths).flatMap(([path, item]) => Object.keys(item).map((method) => `${method} ${path}`));
    const own = ["get /", "get /docs", "get /openapi.json", "get /problems/{code}"];
    const served = app.routes.map(
      ({ method, path }) =>
        `${method.toLowerCase()} ${path.replace("/tile/*", "/tile/{level}/{tile}").replace(/:(\w+)(?:\{\[0-9\]\+\\(\.\w+)\})?/, "{$1}$2")}`,
    );
    expect([...described, ...own].sort()).toEqual(served.sort());
  });

  it("declares the media types that the app uses", () => {
    const { paths } = openApiDocument("1");
    const post = paths?.["/v1/queries"]?.post;
    expect(post?.requestBody).toHaveProperty(["content", "application/jose"]);
    expect(Object.keys(post?.responses ?? {})).toEqual(["200", "400", "403", "409", "413", "415", "429", "500", "503", "504"]);
  });
});

describe("pages", () => {
  it.each(["/", "/docs"])("%s is whole in itself: no script, nothing fetched, a strict policy", async (path) => {
    const response = await testGateway().app.request(path);
    const html = await response.text();
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(response.headers.get("content-security-policy")).toMatch(/^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]{43}='; /);
    expect(html).not.toMatch(/<script|<img|<link|src=|javascript:|@import|url\(|style="/);
    expect(html.match(/href="[^/#"][^"]*"/g)).toBeNull();
  });

  it("the policy lets the page's own style in", async () => {
    const response = await testGateway().app.request("/");
    const style = /<style>([\s\S]*)<\/style>/.exec(await response.text())?.[1] ?? "";
    const digest = Buffer.from(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(style))).toString("base64");
    expect(response.headers.get("content-security-policy")).toContain(`'sha256-${digest}'`);
  });

  it("the reference shows each path", async () => {
    const html = await (await testGateway().app.request("/docs")).text();
    for (const path of Object.keys(openApiDocument("1").paths ?? {})) expect(html).toContain(`<code>${escapeHtml(path)}</code>`);
  });

  it("a problem's type leads to a page about it, and other codes lead nowhere", async () => {
    const gateway = testGateway();
    const { type } = (await (await gateway.post("not a jws")).json()) as { type: string };
    const page = await gateway.app.request(type);
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining("Send one compact JWS and nothing else")]);
    expect(await (await gateway.app.request("/problems/budget-spent")).text()).toContain("status 403");
    for (const code of ["toString", "none", "private-key-invalid", "a%3cb", ""])
      expect((await gateway.app.request(`/problems/${code}`)).status).toBe(404);
  });

  it("the front page leads nowhere that does not exist", async () => {
    const { app } = testGateway();
    const html = await (await app.request("/")).text();
    const served = new Set(app.routes.map(({ path }) => path));
    for (const [, href] of html.matchAll(/href="([^"]+)"/g)) expect(served).toContain(href);
  });

  it("escapes what it is given", () => {
    expect(escapeHtml(`<a href="x">&'`)).toBe("&#60;a href=&#34;x&#34;&#62;&#38;&#39;");
  });
});

describe("/.well-known/security.txt", () => {
  it("names the contact and a day on which it expires (RFC 9116)", async () => {
    const response = await testGateway().app.request("/.well-known/security.txt");
    expect(await response.text()).toBe(
      "Contact: mailto:security@tax.example\nExpires: 2026-07-14T00:00:00.000Z\nPreferred-Languages: en, zh\n",
    );
  });
});
