import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { marked, markedNode, markedRecords, removeHome } from "../attacks/marked.js";
import { policyText, queryOf, type SmallNode, signed } from "../vault/smallNode.js";
import { codeOf, killAll, post, postUntilAnswered, serve } from "./processes.js";
import { expectLogged, readPublicLog } from "./publicLog.js";

/*
 * A disk that takes no more. The running vault is given a limit on the size of its files, as a full disk would: the commit that runs into it is
 * fatal, nothing of it is let go, and a vault that has room again goes on from what is durable.
 */

const prlimit = spawnSync("prlimit", ["--version"]).status === 0;
if (!prlimit) console.warn("skipped: a full disk, because this system has no prlimit; test/faults/commit.test.ts fails commits without it");

let node: SmallNode;
beforeAll(async () => {
  node = await markedNode(markedRecords(8, 4), policyText({ budgetBits: 5000, ceilingBits: 5000 }));
  await node.vault.close();
});
afterEach(killAll);
afterAll(() => removeHome(node.home));

test.skipIf(!prlimit)(
  "a commit that the disk refuses stops the vault, loses nothing, and it goes on when there is room",
  { timeout: 60_000 },
  async () => {
    const { home } = node;
    const { url, vaultPid, pid, ended } = await serve(home);
    const released = new Map<string, string>();
    const ask = async (i: number) => {
      const query = signed(queryOf(node, { subject: { scheme: "opaque", id: marked(i % 8) } }));
      const reply = await post(url, query);
      if (reply.status === 200) released.set(query, reply.body);
      return { query, reply };
    };
    expect((await ask(0)).reply.status).toBe(200);
    const limit = statSync(`${home.database}-wal`).size + 65_536;
    spawnSync("prlimit", ["--pid", String(vaultPid), `--fsize=${limit}:${limit}`]);
    let refused: Awaited<ReturnType<typeof ask>> | undefined;
    for (let i = 0; i < 200 && refused === undefined; i++) {
      const asked = await ask(i);
      if (asked.reply.status !== 200) refused = asked;
    }
    expect(refused?.reply.status).toBe(503);
    expect(["vault-stopped", "vault-unavailable"]).toContain(codeOf(refused?.reply ?? { status: 0, body: "{}" }));
    expect(released.size).toBeGreaterThan(1);

    // `serve` starts the vault again, and the new process has no limit: the disk has room again.
    const repeated = await postUntilAnswered(url, refused?.query ?? "");
    expect(repeated.status).toBe(200);
    for (const [query, body] of released) expect(await post(url, query)).toEqual({ status: 200, body });
    process.kill(pid, "SIGTERM");
    expect(await ended).toBe(0);
    expectLogged(await readPublicLog(home), [...released.values(), repeated.body]);
  },
);
