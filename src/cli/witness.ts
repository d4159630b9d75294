import { existsSync } from "node:fs";
import type { Command } from "commander";
import { formatInstant } from "../auditor/witnesses.js";
import { createLog } from "../http/log.js";
import { cosignatureType, formatVerifierKey, parseVerifierKey, verifierKeyOf } from "../note/verifierKey.js";
import { makeWitnessHome, readWitness, witnessHomeAt } from "../witness/home.js";
import { addLog, readLogList, removeLog } from "../witness/logList.js";
import { runWitness } from "../witness/runWitness.js";
import { openWitnessStore } from "../witness/witnessStore.js";
import { makePartyKey, readPartyKey } from "./keyFiles.js";
import { passphraseOption, readNewPassphrase, readPassphrase } from "./passphrase.js";
import { stopSignal } from "./stopSignal.js";
import { realSurroundings } from "./surroundings.js";
import { verb, wholeNumber } from "./verb.js";

interface WitnessOptions {
  readonly home: string;
  readonly passphraseFile?: string;
}

/** `frostglass witness`: cosign others' checkpoints. */
export function addWitness(program: Command): void {
  const witness = program.command("witness").description("watch others' logs: cosign each checkpoint that continues the last one");
  addInit(witness);
  addAddLog(witness);
  addRemoveLog(witness);
  addList(witness);
  addEvidence(witness);
  addServe(witness);
}

function onHome(parent: Command, name: string, description: string): Command {
  return parent.command(name).description(description).requiredOption("--home <dir>", "the witness's home");
}

function addInit(parent: Command): void {
  const init = parent
    .command("init <dir>")
    .description("make a witness's home: witness.yaml, a sealed key, an empty list of logs")
    .requiredOption("--name <name>", "the witness's name, such as witness.regulator.example")
    .option("--port <number>", "where it will listen", wholeNumber, 8450)
    .option(...passphraseOption)
    .addHelpText("after", "\nExample:\n  frostglass witness init ./witness --name witness.regulator.example\n");
  verb<{ name: string; port: number; passphraseFile?: string }>(init, async (terminal, { name, port, passphraseFile }, [dir = ""]) => {
    const passphrase = await readNewPassphrase(passphraseFile);
    const home = makeWitnessHome(dir, name, port);
    const { privateKey } = await makePartyKey(home.keyFile, "witness", name, passphrase);
    const key = formatVerifierKey(verifierKeyOf({ name, privateKey }, cosignatureType));
    terminal.say(`${terminal.style.good("made")}  ${dir}, the home of the witness ${name}`);
    terminal.say(`verifier key  ${terminal.style.bold(key)}`);
    terminal.say(`  for the trust files of those who rely on it: witness NAME ${key} URL`);
    terminal.say(terminal.style.dim(`next  frostglass witness add-log KEY --home ${dir}`));
    terminal.result({ home: dir, name, verifierKey: key });
    return undefined;
  });
}

function addAddLog(parent: Command): void {
  const add = onHome(parent, "add-log <key>", "cosign for a log from now on; its verifier key names it")
    .option("--url <url>", "where the log is served, for your own record")
    .addHelpText("after", "\nExample:\n  frostglass witness add-log tax.example+1a2b3c4d+AZ… --home ./witness\n");
  verb<WitnessOptions & { url?: string }>(add, async (terminal, { home, url }, [text = ""]) => {
    const key = parseVerifierKey(text);
    addLog(witnessHomeAt(home).logsFile, key, url);
    terminal.say(`${terminal.style.good("added")}  ${key.name}; in force at the next request`);
    terminal.result({ log: key.name });
    return undefined;
  });
}

function addRemoveLog(parent: Command): void {
  const remove = onHome(parent, "remove-log <origin>", "cosign for a log no longer; what was cosigned stays remembered").addHelpText(
    "after",
    "\nExample:\n  frostglass witness remove-log tax.example --home ./witness\n",
  );
  verb<WitnessOptions>(remove, async (terminal, { home }, [origin = ""]) => {
    removeLog(witnessHomeAt(home).logsFile, origin);
    terminal.say(`${terminal.style.good("removed")}  ${origin}; should it come back, it goes on from the size that was cosigned last`);
    terminal.result({ log: origin });
    return undefined;
  });
}

function addList(parent: Command): void {
  const list = onHome(parent, "list", "list the logs and what was cosigned last (while the witness does not run)").addHelpText(
    "after",
    "\nExample:\n  frostglass witness list --home ./witness\n",
  );
  verb<WitnessOptions>(list, async (terminal, { home: dir }) => {
    const home = witnessHomeAt(dir);
    readWitness(home);
    const cosigned = readStore(home.database, (store) => store.all());
    const { logs } = readLogList(home.logsFile);
    const origins = [...new Set([...logs.map(({ key }) => key.name), ...cosigned.map(({ origin }) => origin)])].sort();
    const rows = origins.map((origin) => {
      const last = cosigned.find((each) => each.origin === origin);
      return { origin, listed: logs.some(({ key }) => key.name === origin), size: last?.size, time: last?.time };
    });
    for (const { origin, listed, size, time } of rows) {
      const state = size === undefined ? "nothing cosigned yet" : `size ${size}, cosigned ${formatInstant(time ?? 0)}`;
      terminal.say(`${listed ? terminal.style.good("listed ") : terminal.style.warn("removed")}  ${origin.padEnd(28)} ${state}`);
    }
    if (rows.length === 0) terminal.say("No log yet: frostglass witness add-log KEY");
    terminal.result(rows);
    return undefined;
  });
}

function addEvidence(parent: Command): void {
  const evidence = onHome(parent, "evidence", "print the proofs that a log showed two views (while the witness does not run)").addHelpText(
    "after",
    "\nExit code 1 when there is one: publish both checkpoints, and tell whoever\nrelies on the log.\n\nExample:\n  frostglass witness evidence --home ./witness\n",
  );
  verb<WitnessOptions>(evidence, async (terminal, { home }) => {
    const views = readStore(witnessHomeAt(home).database, (store) => store.splitViews());
    for (const { origin, size, seenAt, cosigned, other } of views) {
      terminal.say(`${terminal.style.bad("split view")}  ${origin}, size ${size}, seen ${formatInstant(seenAt)}\n`);
      terminal.say(`${cosigned}\n${other}`);
    }
    if (views.length === 0) terminal.say("No log has shown two views.");
    terminal.result(views);
    return views.length === 0 ? undefined : 1;
  });
}

function readStore<T>(path: string, read: (store: ReturnType<typeof openWitnessStore>) => T): T | [] {
  if (!existsSync(path)) return [];
  const store = openWitnessStore(path);
  try {
    return read(store);
  } finally {
    store.close();
  }
}

function addServe(parent: Command): void {
  const serve = onHome(parent, "serve", "run the witness until Ctrl-C")
    .option("--port <number>", "listen here instead of where witness.yaml says; 0 takes a free port", wholeNumber)
    .option("--admin-port <number>", "the same for health and metrics", wholeNumber)
    .option(...passphraseOption)
    .addHelpText("after", "\nExample:\n  frostglass witness serve --home ./witness --passphrase-file ./witness.pass\n");
  verb<WitnessOptions & { port?: number; adminPort?: number }>(serve, async (terminal, { home: dir, passphraseFile, ...ports }) => {
    const home = witnessHomeAt(dir);
    const { name } = readWitness(home);
    const key = await readPartyKey(home.keyFile, "witness", await readPassphrase(passphraseFile, "Passphrase of the witness's key: "));
    const { now } = realSurroundings;
    const running = await runWitness(home, {
      signer: { name, privateKey: key.privateKey },
      log: createLog("witness", "info"),
      now,
      ...ports,
    });
    terminal.say(`${terminal.style.good("witnessing")}  ${running.url}   ${terminal.style.dim(`health and metrics: ${running.adminUrl}`)}`);
    terminal.say(`verifier key  ${formatVerifierKey(running.witness.verifierKey)}`);
    terminal.result({ url: running.url, adminUrl: running.adminUrl, verifierKey: formatVerifierKey(running.witness.verifierKey) });
    await stopSignal();
    await running.close();
    return undefined;
  });
}
