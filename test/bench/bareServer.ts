import { serve } from "@hono/node-server";
import { Hono } from "hono";

/*
 * The floor of HTTP: a Hono application that reads a body and replies with a constant of an answer's length. Nothing else is as cheap and still a
 * request.
 */
const body = JSON.stringify({ answer: "a".repeat(1900) });
const app = new Hono();
app.post("/v1/queries", async (context) => {
  await context.req.text();
  return context.body(body, 200, { "content-type": "application/json" });
});
const server = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) => console.log(JSON.stringify({ port })));
process.stdin.resume().on("end", () => {
  server.close();
  process.exit(0);
});
