import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { encodeUtf8 } from "../../src/bytes/utf8.js";
import { readKeyFile } from "../../src/crypto/keyFile.js";
import { digestOf } from "../../src/model/digest.js";
import { parseNote } from "../../src/note/signedNote.js";
import { openSqliteStore } from "../../src/store/sqliteStore.js";
import type { Store } from "../../src/store/store.js";
import { parseCheckpoint } from "../../src/tlog/checkpoint.js";
import { TileReader } from "../../src/tlog/tileReader.js";
import { Batch } from "../../src/vault/batch.js";
import type { Home } from "../../src/vault/home.js";
import { type Keyring, parseKeyring } from "../../src/vault/keys/keyring.js";
import { Publisher } from "../../src/vault/log/publisher.js";
import { Sequencer } from "../../src/vault/log/sequencer.js";
import { encodeAnswerEntry } from "../../src/wire/entry.js";
import { holder, makeHome, passphrase } from "./smallNode.js";

/* A log that commits one entry at a time, each with a checkpoint and partial tiles of its own. */

let home: Home;
let keyring: Keyring;
let store: Store;
let sequencer: Sequencer;
let publisher: Publisher;

beforeEach(async () => {
  home = await makeHome();
  keyring = parseKeyring(await readKeyFile(home.keyFile, passphrase));
  open();
  return () => store.close();
});

function open(): void {
  store = openSqliteStore(home.database);
  sequencer = Sequencer.load(store, holder, keyring);
  publisher = publisherOf();
}

const publisherOf = () => new Publisher(store, home.publicDir, false, () => undefined);

function reopen(): void {
  store.close();
  open();
}

/** Appends one entry after another, with a publication after each, until the log has `size` of them. Gives the checkpoints. */
function growTo(size: number, publish = () => publisher.publishLog(sequencer)): string[] {
  const checkpoints: string[] = [];
  while (sequencer.size < size) {
    appendOne();
    publish();
    checkpoints.push(sequencer.head.checkpoint);
  }
  return checkpoints;
}

function appendOne(): void {
  const batch = new Batch(sequencer.size);
  batch.addKept(encodeAnswerEntry(digestOf(encodeUtf8(`answer ${sequencer.size}`))), undefined);
  sequencer.commit(batch);
}

const filesBelow = (path: string) =>
  readdirSync(join(home.publicDir, path), { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
const partialFolders = (path: string) =>
  readdirSync(join(home.publicDir, path), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.p$/.test(name))
    .sort();

const fetch = async (path: string) => {
  const file = join(home.publicDir, path);
  return existsSync(file) ? new Uint8Array(readFileSync(file)) : undefined;
};

/** What a reader gets who holds an older checkpoint: every entry, and the proofs. */
async function readAt(checkpoint: string): Promise<number> {
  const tree = parseCheckpoint(parseNote(checkpoint).text);
  const reader = await TileReader.open(tree, fetch);
  const bundles = Array.from({ length: Math.ceil(tree.size / 256) }, (_, bundle) => reader.entries(bundle));
  await Promise.all([reader.proveInclusion(tree.size - 1), reader.proveConsistency(Math.ceil(tree.size / 2))]);
  return (await Promise.all(bundles)).flat().length;
}

describe("a log of a thousand single commits", () => {
  it("keeps the partial tiles of two places at most, and a reader at any of its checkpoints gets every entry", async () => {
    const checkpoints = growTo(1100);
    expect(partialFolders("tile/0")).toEqual(["003.p", "004.p"]);
    expect(partialFolders("tile/entries")).toEqual(["003.p", "004.p"]);
    expect(filesBelow("tile/0").length).toBeLessThan(4 + 2 * 256);
    const sizes = checkpoints.filter((_, i) => i % 37 === 0).map(readAt);
    expect(await Promise.all(sizes)).toEqual(checkpoints.filter((_, i) => i % 37 === 0).map((_, i) => 5 + 37 * i));
  }, 60_000);

  it("removes after a crash what it should have removed before it, and nothing that is not there in full", async () => {
    growTo(700);
    const crashed = publisherOf();
    rmSync(join(home.publicDir, "checkpoint.next.partial"), { recursive: true, force: true });
    mkdirSync(join(home.publicDir, "checkpoint.next.partial")); // the disk refuses the checkpoint, after the tiles
    while (sequencer.size < 1100) appendOne();
    expect(() => crashed.publishLog(sequencer)).toThrow();
    rmSync(join(home.publicDir, "checkpoint.next.partial"), { recursive: true });
    expect(await readAt(readFileSync(join(home.publicDir, "checkpoint"), "utf8"))).toBe(700);
    reopen();
    publisher.publishLog(sequencer);
    expect(partialFolders("tile/entries")).toEqual(["004.p"]);
    expect(await readAt(sequencer.head.checkpoint)).toBe(1100);
  }, 60_000);

  it("sweeps what an older version left, wherever it lies", async () => {
    growTo(600);
    const left = ["tile/0/000.p/7", "tile/entries/000.p/7", "tile/entries/x001/002.p/3"].map((path) => join(home.publicDir, path));
    for (const path of left) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, "left over");
    }
    reopen();
    growTo(602);
    expect(left.map(existsSync)).toEqual([false, false, true]); // the last is beyond the log: not a superseded one
  }, 60_000);
});
