import { z } from "zod";
import type { Epoch } from "../../admission/governance.js";
import { encodeUtf8 } from "../../bytes/utf8.js";
import { type Computation, compileManifest } from "../../computations/computation.js";
import { parseManifest } from "../../computations/manifest/manifest.js";
import { type Parameters, parseParameters } from "../../computations/parameters.js";
import { type EarlierTally, reportOf, type TestReport } from "../../computations/testing/report.js";
import { protectionOf } from "../../computations/testing/rounding.js";
import { Tally } from "../../computations/testing/tally.js";
import { FrostglassError } from "../../errors/error.js";
import { parseDay } from "../../model/calendar.js";
import { parseStrictJson } from "../../wire/strictJson.js";
import { publishedEpoch } from "../records/history.js";
import type { Vault } from "../vault.js";
import { type ResultColumn, resultColumnOf } from "./resultColumn.js";
import { type OpenEpoch, openEpoch, tallyEpoch } from "./testEpochs.js";

/*
 * Testing a computation over all firms of the holder before anybody approves it. What comes out is a report of protected counts; that it was made
 * is an entry of the log, committed before the report is let go. It reads in slices between the turns of the event loop, so answers go on.
 */

const choice = z.union([z.string().max(500), z.int()]);

const requestShape = z.strictObject({
  text: z.string().max(1 << 20),
  parameters: z.record(z.string().max(64), choice),
  /** How firms turned out: those are `means` whose records have one of the values in the column. */
  results: z
    .strictObject({
      dataset: z.string(),
      column: z.string(),
      values: z.array(z.string().max(500)).min(1).max(100),
      means: z.enum(["good", "bad"]),
    })
    .optional(),
  /** The number of an earlier epoch to compare with. */
  against: z.int().min(1).optional(),
});

export type TestRequest = z.infer<typeof requestShape>;

/** How far a test is: parts of the firms, not firms. */
export interface TestProgress {
  readonly done: number;
  readonly of: number;
}

export interface TestWatcher {
  onProgress(progress: TestProgress): void;
  /** True when nobody waits for the report any more: the test ends, and nothing is logged. */
  isGone(): boolean;
}

/** Parses a request that came over the admin socket. Throws `admin-invalid`. */
export function parseTestRequest(text: string): TestRequest {
  const parsed = requestShape.safeParse(parseStrictJson(text, { maxDepth: 4 }));
  if (parsed.success) return parsed.data;
  throw new FrostglassError("admin-invalid", `The test is not of a known form: ${parsed.error.issues[0]?.path.join(".") ?? ""}.`);
}

const running = new WeakSet<Vault>();

/** True while a test reads the records of this vault. */
export function isTesting(vault: Vault): boolean {
  return running.has(vault);
}

/**
 * Runs a manifest over every firm that has records in its datasets. When it resolves, the log says that this text was tested. Throws
 * `manifest-invalid`, `parameters-invalid`, `test-too-many-choices`, `test-column-invalid`, `epoch-unreadable`, `epoch-not-kept`, `node-not-ready`, `test-too-few`,
 * `test-running` and `vault-stopped`; then nothing is logged.
 */
export async function testComputation(vault: Vault, request: TestRequest, watcher: TestWatcher): Promise<TestReport> {
  if (isTesting(vault)) throw new FrostglassError("test-running", "Another test of a computation is running here.");
  running.add(vault);
  try {
    return await runTest(vault, request, watcher);
  } finally {
    running.delete(vault);
  }
}

async function runTest(vault: Vault, request: TestRequest, watcher: TestWatcher): Promise<TestReport> {
  const { state } = vault;
  const computation = compileManifest(parseManifest(request.text), state.schemas);
  const settings = settingsOf(computation, request.parameters);
  const results = request.results && resultColumnOf(state.schemas, request.results);
  const protection = protectionOf(state.policy.leastCell);
  const opened: OpenEpoch[] = [];
  const open = (epoch: Epoch, column?: ResultColumn) => {
    const each = openEpoch(state, epoch, computation, column);
    opened.push(each);
    return each;
  };
  try {
    const current = open(state.epoch, results);
    const before = request.against === undefined ? undefined : open(earlierEpoch(vault, request.against));
    const { bound } = computation;
    const tally = new Tally(bound, settings, parseDay(current.epoch.asOf));
    const parts = before === undefined ? 1 : 2;
    await tallyEpoch(vault, current, tally, follow(watcher, 0, parts));
    const earlier = before && (await tallyEarlier(vault, before, tally, follow(watcher, 1, parts)));
    requireEnough(tally, earlier, protection.least);
    const { number, asOf } = current.epoch;
    const report = reportOf({ computation, epoch: { number, asOf }, tally, protection, resultColumn: results?.words, earlier });
    record(vault, computation, report);
    return report;
  } finally {
    for (const each of opened) each.close();
  }
}

async function tallyEarlier(vault: Vault, before: OpenEpoch, tally: Tally, watcher: TestWatcher): Promise<EarlierTally> {
  const { number, asOf } = before.epoch;
  const earlier = new Tally(tally.bound, tally.settings.slice(0, 1), parseDay(asOf), tally.ranges);
  await tallyEpoch(vault, before, earlier, watcher);
  return { epoch: { number, asOf }, tally: earlier };
}

/** The progress of one part of several. */
function follow(watcher: TestWatcher, part: number, parts: number): TestWatcher {
  return {
    onProgress: ({ done, of }) => watcher.onProgress({ done: part * of + done, of: parts * of }),
    isGone: () => watcher.isGone(),
  };
}

function requireEnough(tally: Tally, earlier: EarlierTally | undefined, least: number): void {
  const fewest = Math.min(tally.firms.at(0).count, earlier?.tally.firms.at(0).count ?? Number.POSITIVE_INFINITY);
  if (fewest < least) throw new FrostglassError("test-too-few", `Fewer than ${least} firms have records here: no count can be shown.`);
}

/** P6 for tests: the entry is durable before the report leaves. The text is kept, so that what was tested can be looked up by its digest. */
function record(vault: Vault, { id, version, digest, manifest }: Computation, { epoch, firms }: TestReport): void {
  vault.administer((batch) => {
    batch.documents.set(digest, encodeUtf8(manifest.text));
    batch.addGovernance({
      entry: "computation-tested/1",
      at: vault.state.now(),
      id,
      version,
      computation: digest,
      epoch: epoch.number,
      firms,
    });
  });
}

const mostSettings = 12;

/**
 * Every choice of the parameters that the request leaves open; the defaults, or first choices, come first. Throws `parameters-invalid` and
 * `test-too-many-choices`.
 */
function settingsOf(computation: Computation, given: TestRequest["parameters"]): readonly Parameters[] {
  const { parameters } = computation;
  const usual = Object.fromEntries(parameters.map(({ name, choices, default: preset }) => [name, preset ?? choices[0] ?? ""]));
  const first = parseParameters(computation, { ...usual, ...given });
  let settings: Readonly<Record<string, string | number>>[] = [first.values];
  for (const { name, choices } of parameters) {
    if (Object.hasOwn(given, name)) continue;
    const others = choices.filter((each) => each !== first.values[name]);
    settings = [...settings, ...others.flatMap((each) => settings.map((setting) => ({ ...setting, [name]: each })))];
    if (settings.length > mostSettings)
      throw new FrostglassError("test-too-many-choices", `More than ${mostSettings} settings of the parameters are left open.`);
  }
  return settings.map((setting) => parseParameters(computation, setting));
}

/** An earlier epoch by its number, from the log. Throws `epoch-unreadable` when there was none. */
function earlierEpoch({ state }: Vault, number: number): Epoch {
  if (number >= state.epoch.number)
    throw new FrostglassError("epoch-unreadable", "There is no earlier epoch of this number.", { epoch: number });
  return publishedEpoch(state, number);
}
