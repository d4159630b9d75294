import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { publishedFiles } from "../../src/evidence/publishedFiles.js";

const asked: string[] = [];
const other = createServer((request, response) => {
  asked.push(request.url ?? "");
  response.end("somebody else's checkpoint");
});
const node = createServer((_request, response) => {
  response.writeHead(302, { Location: `${addressOf(other)}checkpoint` }).end();
});

function addressOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

beforeAll(() => Promise.all([other, node].map((server) => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)))));
afterAll(() => Promise.all([other, node].map((server) => new Promise((resolve) => server.close(resolve)))));

it("takes no file from where a node sends its readers", async () => {
  const network = { fetch, sleep: async () => undefined, attempts: 1, timeout: 5000 };
  const read = publishedFiles(addressOf(node), network).bytes("checkpoint");
  await expect(read).rejects.toMatchObject({ code: "node-refused", facts: { status: 302 } });
  expect(asked).toEqual([]);
});
