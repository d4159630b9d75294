/*
 * A vault that is killed with kill -9 at one moment of its next commit: `node killedAnswers.mjs HOME MOMENT`, the passphrase and the queries on standard
 * input, a line each. Replies that it let go are on standard output, a line each.
 *
 * Moments: `before` the transaction; `entries`, `answers` or `accounts`, inside it, when the first of these is written; `after` it, when nobody has heard of it.
 */

import { randomBytes } from "node:crypto";
import { readFileSync, writeSync } from "node:fs";
import { openSqliteStore } from "../../dist/store/sqliteStore.js";
import { homeAt } from "../../dist/vault/home.js";
import { keyFileProvider } from "../../dist/vault/keys/keyring.js";
import { openVault } from "../../dist/vault/openVault.js";

const [dir = "", moment = ""] = process.argv.slice(2);
const [passphrase = "", ...queries] = readFileSync(0, "utf8").trimEnd().split("\n");

/** The signal is on its way before this returns, but a thread may still run for a moment: nothing more is done here. */
function die() {
  process.kill(process.pid, "SIGKILL");
  for (;;);
}

/** The same things to write, but whoever has written the first of them is killed. */
function deadly(things) {
  const iterate = function* () {
    let written = 0;
    for (const thing of things) {
      if (written++ === 1) die();
      yield thing;
    }
  };
  return { entries: () => pairs(iterate), [Symbol.iterator]: iterate };
}

function* pairs(iterate) {
  let i = 0;
  for (const thing of iterate()) yield [i++, thing];
}

function killing(store) {
  const commit = (given) => {
    if (moment === "before") die();
    store.commit(moment in given ? { ...given, [moment]: deadly(given[moment]) } : given);
    if (moment === "after") die();
  };
  return new Proxy(store, {
    get: (target, name) => {
      if (name === "commit") return commit;
      const member = target[name];
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
}

const home = homeAt(dir);
const keyring = await keyFileProvider(home.keyFile, passphrase).load();
const surroundings = { now: () => Math.floor(Date.now() / 1000), randomBytes: (length) => new Uint8Array(randomBytes(length)) };
const vault = openVault(home, keyring, surroundings, (path) => killing(openSqliteStore(path)));
const letGo = (reply) => writeSync(1, `${reply.body}\n`);
await Promise.all(queries.map((query) => vault.submit(query).then(letGo)));
