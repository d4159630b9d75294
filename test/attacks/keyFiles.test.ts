import { chmodSync, copyFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { makePartyKey } from "../../src/cli/keyFiles.js";
import { createProgram } from "../../src/cli/program.js";
import type { Home } from "../../src/vault/home.js";
import { frostglass, killAll, startVault } from "../faults/processes.js";
import { makeHome, passphrase } from "../vault/smallNode.js";
import { removeHome } from "./marked.js";

/** Key files that are missing, exposed, broken, sealed under another passphrase or of another role: a code each, and nothing is done. */

let home: Home;
let at: (name: string) => string;

beforeAll(async () => {
  home = await makeHome();
  at = (name) => join(dirname(home.dir), name);
  await makePartyKey(at("bank.key"), "requester", "bank.example", passphrase, 2);
  copyFileSync(home.keyFile, at("holder.keys"));
});
beforeEach(() => {
  copyFileSync(at("holder.keys"), home.keyFile);
  chmodSync(home.keyFile, 0o600);
  write("passphrase", `${passphrase}\n`);
  write("wrong", "another passphrase altogether\n");
});
afterAll(async () => {
  await killAll();
  removeHome(home);
});

function write(name: string, text: string, mode = 0o600): void {
  rmSync(at(name), { force: true });
  writeFileSync(at(name), text, { mode });
}

const holderVerb = (pass = "passphrase") => ["policy", "set", home.policyFile, "--home", home.dir, "--passphrase-file", at(pass), "--json"];
const partyVerb = (file: string, role = "requester", pass = "passphrase") => [
  "keys",
  "show",
  file,
  "--role",
  role,
  "--passphrase-file",
  at(pass),
  "--json",
];

type Row = [what: string, code: string, spoil: () => string[]];

const rows: Row[] = [
  [
    "the holder's key file is missing",
    "key-file-missing",
    () => {
      rmSync(home.keyFile);
      return holderVerb();
    },
  ],
  [
    "others may read the holder's key file",
    "key-file-exposed",
    () => {
      chmodSync(home.keyFile, 0o644);
      return holderVerb();
    },
  ],
  [
    "the group may write the holder's key file",
    "key-file-exposed",
    () => {
      chmodSync(home.keyFile, 0o620);
      return holderVerb();
    },
  ],
  [
    "the holder's key file is no age file",
    "key-file-invalid",
    () => {
      writeFileSync(home.keyFile, "frostglass-keys/1\nanswer AAAA\n");
      return holderVerb();
    },
  ],
  [
    "the holder's key file was cut short",
    "passphrase-wrong",
    () => {
      writeFileSync(home.keyFile, readFileSync(home.keyFile).subarray(0, 180));
      return holderVerb();
    },
  ],
  [
    "a byte of the holder's key file was altered",
    "passphrase-wrong",
    () => {
      writeFileSync(
        home.keyFile,
        readFileSync(home.keyFile).map((byte, i, all) => (i === all.length - 5 ? byte ^ 1 : byte)),
      );
      return holderVerb();
    },
  ],
  [
    "a party's key stands in the place of the holder's",
    "key-file-invalid",
    () => {
      copyFileSync(at("bank.key"), home.keyFile);
      return holderVerb();
    },
  ],
  ["the passphrase is another one", "passphrase-wrong", () => holderVerb("wrong")],
  [
    "the passphrase file may be read by others",
    "key-file-exposed",
    () => {
      chmodSync(at("passphrase"), 0o640);
      return holderVerb();
    },
  ],
  ["the passphrase file is missing", "key-file-missing", () => holderVerb("nothing")],
  [
    "the passphrase file is empty",
    "passphrase-needed",
    () => {
      write("passphrase", "\n");
      return holderVerb();
    },
  ],
  [
    "there is no passphrase and no terminal",
    "passphrase-needed",
    () => holderVerb().filter((word, i, all) => word !== "--passphrase-file" && all[i - 1] !== "--passphrase-file"),
  ],
  ["a requester's key is used as a reviewer's", "key-role-wrong", () => partyVerb(at("bank.key"), "reviewer")],
  ["the holder's keys are used as a requester's", "key-file-invalid", () => partyVerb(at("holder.keys"))],
  [
    "a key file would be written over another",
    "key-file-exists",
    () => [
      ...["keys", "generate", "--role", "requester", "--name", "bank.example", "--out", at("bank.key")],
      ...["--passphrase-file", at("passphrase"), "--json"],
    ],
  ],
  [
    "a new passphrase is short",
    "passphrase-weak",
    () => {
      write("passphrase", "short\n");
      return [
        "keys",
        "generate",
        "--role",
        "requester",
        "--name",
        "bank.example",
        "--out",
        at("new.key"),
        "--passphrase-file",
        at("passphrase"),
        "--json",
      ];
    },
  ],
];

/** Runs the command line's own program in this process: starting one for each row would cost a second each. */
async function run(words: readonly string[]): Promise<{ readonly status: unknown; readonly stdout: string }> {
  let stdout = "";
  const write = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    stdout += String(text);
    return true;
  });
  try {
    await (await createProgram(words)).parseAsync(words, { from: "user" });
    return { status: process.exitCode, stdout };
  } finally {
    write.mockRestore();
    process.exitCode = undefined;
  }
}

test.each(rows)("%s: %s", async (_, code, spoil) => {
  const words = spoil();
  const before = readFileSync(home.database);
  const names = readdirSync(dirname(home.dir));
  const { status, stdout } = await run(words);
  expect([status, JSON.parse(stdout).error.code]).toEqual([2, code]);
  expect(stdout).not.toContain(passphrase);
  expect(readFileSync(home.database).equals(before)).toBe(true);
  expect(readdirSync(dirname(home.dir))).toEqual(names);
});

test("the command line as a process ends with 2, says what to do next, and shows no passphrase", () => {
  chmodSync(home.keyFile, 0o644);
  const { status, stdout, stderr } = frostglass(...holderVerb().filter((word) => word !== "--json"));
  expect([status, stdout]).toEqual([2, ""]);
  expect(stderr).toMatch(/^key-file-exposed {2}.*\nnext {2}.*chmod 600/);
});

test("the vault's own process refuses the same, with its code on the last line", async () => {
  chmodSync(home.keyFile, 0o604);
  await expect(startVault(home)).rejects.toMatchObject({ code: "key-file-exposed" });
  rmSync(home.keyFile);
  await expect(startVault(home)).rejects.toMatchObject({ code: "key-file-missing" });
  expect(existsSync(home.doorSocket)).toBe(false);
});
