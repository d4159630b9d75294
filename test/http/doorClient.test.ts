import { Socket } from "node:net";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { DoorClient, type DoorClientOptions } from "../../src/http/doorClient.js";
import { temporaryDir } from "../gateway/fixture.js";
import { echo, startVault, type VaultDouble } from "../gateway/vaultDouble.js";

const opened: { close(): void }[] = [];
afterEach(() => {
  for (const client of opened.splice(0)) client.close();
});

/** A client, and a way to wait for its next change of connection. */
function connect(path: string, options: Partial<DoorClientOptions> = {}) {
  const changes: { readonly connected: boolean; readonly reason: string | undefined }[] = [];
  let wake = () => {};
  const client = new DoorClient({
    path,
    backoffMs: [5, 20],
    ...options,
    onChange: (connected, reason) => {
      changes.push({ connected, reason });
      wake();
    },
  });
  opened.push(client);
  const until = async (count: number) => {
    while (changes.length < count) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    return changes[count - 1];
  };
  return { client, changes, until };
}

async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (thrown) {
    return (thrown as { readonly code?: unknown }).code;
  }
  return "resolved";
}

async function withVault(test: (vault: VaultDouble) => Promise<void>, onRequest?: Parameters<typeof startVault>[0]): Promise<void> {
  const vault = await startVault(onRequest);
  try {
    await test(vault);
  } finally {
    for (const client of opened.splice(0)) client.close();
    await vault.stop();
  }
}

describe("the door's client", () => {
  it("writes the requests of one turn in one piece, and matches replies in any order", () =>
    withVault(async (vault) => {
      const { client, until } = connect(vault.path);
      await until(1);
      const writes = vi.spyOn(Socket.prototype, "write");
      const asked: ReturnType<typeof client.ask>[] = [];
      for (let i = 0; i < 50; i++) {
        asked.push(client.ask("query", `a.b.${i}`));
        await Promise.resolve();
      }
      await vault.until(50);
      expect(writes.mock.calls.filter(([text]) => String(text).includes(" query ")).length).toBe(1);
      writes.mockRestore();
      expect(new Set(vault.heard.map(({ id }) => id)).size).toBe(50);
      expect(client.inFlight).toBe(50);
      for (const request of vault.heard.toReversed()) echo(request, vault);
      const bodies = (await Promise.all(asked)).map(({ body }) => body);
      expect(bodies).toEqual(asked.map((_, i) => `{"of":"a.b.${i}"}`));
      expect(client.inFlight).toBe(0);
    }));

  it("takes requests while it is still connecting", () =>
    withVault(async (vault) => {
      expect(await connect(vault.path).client.ask("ping", "")).toEqual({ status: 200, body: '{"of":""}' });
    }, echo));

  it("reads replies that come in pieces, even within a character", () =>
    withVault(
      async (vault) => {
        const { client } = connect(vault.path);
        expect(await client.ask("query", "a.b.c")).toEqual({ status: 403, body: '{"title":"额度"}' });
      },
      ({ id }, vault) => {
        const bytes = Buffer.from(`${id} 403 {"title":"额度"}\n`);
        const pieces = [bytes.subarray(0, 1), bytes.subarray(1, 18), bytes.subarray(18)];
        const sendNext = () => {
          const piece = pieces.shift();
          if (piece === undefined) return;
          vault.send(piece as unknown as string);
          setTimeout(sendNext, 2);
        };
        sendNext();
      },
    ));

  it("rejects all that wait when the connection breaks, then connects again", () =>
    withVault(async (vault) => {
      const { client, until } = connect(vault.path);
      const asked = [client.ask("query", "a.b.1"), client.ask("query", "a.b.2")];
      await vault.until(2);
      vault.hangUp();
      expect(await Promise.all(asked.map(codeOf))).toEqual(["vault-unavailable", "vault-unavailable"]);
      await until(3);
      const again = client.ask("query", "a.b.3");
      await vault.until(3);
      for (const request of vault.heard) echo(request, vault);
      expect((await again).body).toBe('{"of":"a.b.3"}');
    }));

  it("finds a vault that starts after it", async () => {
    const vault = await startVault(echo);
    await vault.stop();
    const { client, until, changes } = connect(vault.path);
    expect(await until(1)).toEqual({ connected: false, reason: "ENOENT" });
    expect(await codeOf(client.ask("query", "a.b.c"))).toBe("vault-unavailable");
    await vault.listen();
    await until(2);
    expect((await client.ask("query", "a.b.c")).status).toBe(200);
    expect(changes.map(({ connected }) => connected)).toEqual([false, true]);
    client.close();
    await vault.stop();
  });

  it("bounds how many wait", () =>
    withVault(async (vault) => {
      const { client } = connect(vault.path, { inFlightLimit: 2 });
      const asked = [client.ask("query", "a.b.1"), client.ask("query", "a.b.2")];
      expect(await codeOf(client.ask("query", "a.b.3"))).toBe("queue-full");
      await vault.until(2);
      for (const request of vault.heard) echo(request, vault);
      await Promise.all(asked);
      expect(vault.heard.length).toBe(2);
      const next = client.ask("query", "a.b.4");
      await vault.until(3);
      for (const request of vault.heard) echo(request, vault);
      expect((await next).status).toBe(200);
    }));

  it("gives up on a reply that does not come, and lets it pass when it comes late", () =>
    withVault(async (vault) => {
      const { client } = connect(vault.path, { timeoutMs: 40 });
      expect(await codeOf(client.ask("query", "a.b.1"))).toBe("vault-timeout");
      const next = client.ask("query", "a.b.2");
      await vault.until(2);
      for (const request of vault.heard) echo(request, vault);
      expect((await next).body).toBe('{"of":"a.b.2"}');
    }));

  it.each(["hello\n", "1\n", "1 200\n", "x 200 {}\n", "-1 200 {}\n", "1 99 {}\n", "1 101 {}\n", "1 2e2 {}\n", "01 200 {}\n", "\n"])(
    "trusts no connection that says %j",
    (line) =>
      withVault(async (vault) => {
        const { client, until } = connect(vault.path);
        const asked = client.ask("query", "a.b.c");
        await vault.until(1);
        vault.send(line);
        expect(await codeOf(asked)).toBe("vault-unavailable");
        expect(await until(2)).toEqual({ connected: false, reason: "protocol" });
      }),
  );

  it("rejects what waits when it is closed, and all that is asked later", async () => {
    const { client } = connect(join(temporaryDir(), "none.sock"));
    const asked = client.ask("query", "a.b.c");
    client.close();
    expect(await codeOf(asked)).toBe("vault-unavailable");
    expect(await codeOf(client.ask("query", "a.b.c"))).toBe("vault-unavailable");
  });
});
