import { cpus } from "node:os";
import { measureAnswering } from "./answering.js";
import { measureEvaluating } from "./evaluating.js";
import { measureExplaining } from "./explaining.js";
import { measureGrowth } from "./growth.js";
import { measureImport } from "./importing.js";
import { measureAudit, measureLongLog } from "./longLogs.js";
import { connections } from "./turns.js";
import { measureLogRate, measureWitnessed } from "./witnessed.js";

const json = process.argv.includes("--json");
const quick = process.argv.includes("--quick");
const recordsPerFirm = 448;
const rounds = quick ? 5 : 11;
const count = quick ? 1000 : 2000;
const warmUp = quick ? 1000 : 4000;
const batch = 16;

const say = (line = "") => (json ? process.stderr : process.stdout).write(`${line}\n`);
const us = (value: number) => `${value.toFixed(1).padStart(8)} µs`;

say(`${cpus()[0]?.model ?? "unknown processor"}, ${cpus().length} cores, Node ${process.version}`);
say(
  `One query with its consent about a firm with ${recordsPerFirm} records; ${connections} connections; ${rounds} rounds of ${count} in turn with the floors, medians.`,
);
say();

// First, while nothing of it is compiled yet: that is how a command line meets it.
const explaining = measureExplaining();
const answering = await measureAnswering(recordsPerFirm, batch, { warmUp, count, rounds });
const { parts } = answering;
const evaluating = measureEvaluating(recordsPerFirm);
const evaluationRatio = evaluating.evaluationUs / evaluating.evaluationByHandUs;
say("Floors, processor time of what no answer can do without");
say(`  bare Hono request        ${us(answering.bareUs)}`);
say(`  Ed25519 verify × 2       ${us(2 * parts.verifyUs)}   query and consent`);
say(`  Ed25519 sign             ${us(parts.signUs)}`);
say(`  page read                ${us(parts.pageReadUs)}`);
say(`  AES-256-GCM open         ${us(parts.gcmOpenUs)}`);
say(`  eight aggregates by hand ${us(parts.aggregatesUs)}`);
say(`  durable group commit     ${us(parts.groupCommitUs)}   ${batch} answers a commit`);
say(`  sum                      ${us(answering.floorUs)}`);
say();
say("The whole node, vault and gateway, all checks on");
say(`  CPU per answer           ${us(answering.cpuUs)}   (rounds ${answering.cpuRange.map((value) => value.toFixed(0)).join("–")})`);
say(
  `  ratio to the floors      ${answering.ratio.toFixed(2).padStart(8)}   (rounds ${answering.ratioRange.map((value) => value.toFixed(2)).join("–")})`,
);
say(`  answers per second       ${answering.perSecond.toFixed(0).padStart(8)}   with the load on the same machine`);
say(`  latency p50, p99         ${answering.p50Ms.toFixed(1).padStart(8)} ms, ${answering.p99Ms.toFixed(1)} ms`);
say(`  bytes per record on disk ${answering.bytesPerRecord.toFixed(1).padStart(8)}`);
say();

const many = quick ? 20_000 : 200_000;
const turns = { warmUp: quick ? 1000 : 3000, count: quick ? 500 : 800, rounds: quick ? 5 : 21 };
const growth = await measureGrowth(many, turns);
say("Cost per answer as the number of firms grows (16 records each; 1,000 of them are asked about, in turns of both nodes)");
say(`  1,000 firms              ${us(growth.first)}`);
say(
  `  ${many.toLocaleString("en").padEnd(7)} firms            ${us(growth.second)}   ${((growth.ratio - 1) * 100).toFixed(1)} %, the median of the turns`,
);
say();

const witnessed = await measureWitnessed(turns);
const logRate = await measureLogRate(quick ? 25_600 : 102_400);
say("Cost per answer as three witnesses cosign the log every second, in turns of both nodes");
say(`  without witnesses        ${us(witnessed.first)}`);
say(
  `  with them                ${us(witnessed.second)}   ${((witnessed.ratio - 1) * 100).toFixed(1)} %, the median of the turns; the courier's time counts`,
);
say(`  the log alone takes in   ${logRate.toFixed(0).padStart(8)} answers a second by the clock, in durable commits of 256`);
say();

const imported = await measureImport(quick ? 200_000 : 1_000_000);
say(`Import of ${imported.rows.toLocaleString("en")} invoice rows from CSV: checked, grouped, sealed, published`);
say(
  `  rows per second          ${imported.rowsPerSecond.toFixed(0).padStart(8)}   of processor time (one core); ${imported.rowsPerWallSecond.toFixed(0)} by the clock`,
);
say(`  peak memory              ${imported.peakRssMb.toFixed(0).padStart(8)} MiB`);
say();
say(`Evaluation of an opened page of ${recordsPerFirm} records, other firms in turn`);
say(`  the computation          ${us(evaluating.evaluationUs)}   scorecard included`);
say(`  its aggregates by hand   ${us(evaluating.evaluationByHandUs)}`);
say(`  ratio                    ${evaluationRatio.toFixed(2).padStart(8)}`);
say();
say("From a manifest's text to its leakage report, once in a fresh process");
say(`  the library's scorecard  ${explaining.explainMs.toFixed(0).padStart(8)} ms`);
say(`  10 datasets, 200 features, 2,000 bins ${explaining.explainLargeMs.toFixed(0)} ms`);

say();

const audited = quick ? 100_000 : 1_000_000;
const audit = measureAudit(audited);
const logged = quick ? 1_000_000 : 10_000_000;
const longLog = await measureLongLog(logged);
say(
  `An audit of ${audited.toLocaleString("en")} entries from the first, and a vault's log of ${logged.toLocaleString("en")} (entries repeat, the trees are true)`,
);
say(`  audit                    ${audit.cpuSeconds.toFixed(1).padStart(8)} s of processor time, the process's own start included`);
say(`  its peak memory          ${audit.peakMiB.toFixed(0).padStart(8)} MiB`);
say(`  start of the vault       ${longLog.startMs.toFixed(0).padStart(8)} ms`);
say(
  `  one inclusion proof      ${longLog.proofMs.toFixed(1).padStart(8)} ms of processor time; the slowest of 32 ${longLog.slowestProofMs.toFixed(1)} ms`,
);

if (json) {
  const round = (value: number, digits = 1) => Number(value.toFixed(digits));
  console.log(
    JSON.stringify({
      cpuPerAnswerUs: round(answering.cpuUs),
      floorUs: round(answering.floorUs),
      ratio: round(answering.ratio, 3),
      ratioRange: answering.ratioRange.map((value) => round(value, 2)),
      answersPerSecond: round(answering.perSecond, 0),
      p50Ms: round(answering.p50Ms, 2),
      p99Ms: round(answering.p99Ms, 2),
      importRowsPerSecond: round(imported.rowsPerSecond, 0),
      importPeakRssMb: round(imported.peakRssMb),
      bytesPerRecord: round(answering.bytesPerRecord),
      evaluationUs: round(evaluating.evaluationUs),
      evaluationByHandUs: round(evaluating.evaluationByHandUs),
      evaluationRatio: round(evaluationRatio, 2),
      explainMs: round(explaining.explainMs, 0),
      explainLargeMs: round(explaining.explainLargeMs, 0),
      witnessedRatio: round(witnessed.ratio, 3),
      logAnswersPerSecond: round(logRate, 0),
      growthAt200000Firms: round(growth.ratio, 3), // of 20,000 firms with --quick
      auditSeconds: round(audit.cpuSeconds, 2), // of 1,000,000 entries; of 100,000 with --quick
      auditPeakMiB: round(audit.peakMiB),
      longLogStartMs: round(longLog.startMs), // of 10,000,000 entries; of 1,000,000 with --quick
      longLogProofMs: round(longLog.proofMs, 2),
      longLogSlowestProofMs: round(longLog.slowestProofMs, 2),
      cpuRangeUs: answering.cpuRange.map((value) => round(value)),
      floors: {
        bareHonoUs: round(answering.bareUs),
        ...Object.fromEntries(Object.entries(parts).map(([name, value]) => [name, round(value)])),
      },
    }),
  );
}
