/**
 * Prints `passed failed skipped` from the report of vitest's JSON reporter: `count-tests.mjs REPORT STATUS`, where STATUS is the exit code of the run.
 * A test file that failed as a whole counts as one failure, and so does a run that failed without any failed test or left no report.
 */
import { readFileSync } from "node:fs";

const [path, status] = process.argv.slice(2);

function readReport() {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined; // the run ended before it could write one: counted below
  }
}

const report = readReport();
const { numPassedTests: passed = 0, numFailedTests = 0, numPendingTests = 0, numTodoTests = 0, testResults = [] } = report ?? {};
const brokenFiles = testResults.filter(
  (file) => file.status === "failed" && !file.assertionResults.some((test) => test.status === "failed"),
);
const named = numFailedTests + brokenFiles.length;
const failed = named === 0 && (report === undefined || report.success !== true || status !== "0") ? 1 : named;
process.stdout.write(`${passed} ${failed} ${numPendingTests + numTodoTests}\n`);
