import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Computation, compileManifest } from "../../src/computations/computation.js";
import { parseManifest } from "../../src/computations/manifest/manifest.js";
import { parseParameters } from "../../src/computations/parameters.js";
import type { PageColumns } from "../../src/datasets/pageColumns.js";
import type { RealAnswer } from "./realBank.js";
import { cannotRunOn, differences, oracle, realData } from "./realData.js";
import {
  approveAll,
  build,
  type ImportReport,
  importFiles,
  makeRealHome,
  manifestsOf,
  openRealVault,
  type RealHome,
  removeHome,
  type ServedNode,
  serve,
} from "./realNode.js";

/*
 * 2,102 loans guaranteed by the U.S. Small Business Administration, and logistic models as linear predictors with a cutoff of their log-odds. Every decision
 * has to be what exact fractions give, also where a loan's log-odds are the cutoff itself.
 */

const set = "sba-case";
const file = realData(set, "SBAcase.11.13.17.csv");
const asOf = "2013-12-31";

interface Expected {
  readonly rows: number;
  readonly answers: Readonly<Record<string, Readonly<Record<string, RealAnswer>>>>;
  readonly facts: Readonly<Record<string, readonly (number | null)[]>>;
  readonly models: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

describe.skipIf(cannotRunOn(set))("the loans of 2,102 small businesses", () => {
  let made: RealHome;
  let node: ServedNode | undefined;
  let expected: Expected;
  let imported: ImportReport;

  beforeAll(async () => {
    build();
    made = await makeRealHome("loans");
    expected = await oracle<Expected>("loans.py", file);
    imported = await importFiles(made, "loans", [file], ["--as-of", asOf]);
    await approveAll(made);
  }, 60_000);

  afterAll(async () => {
    await node?.stop();
    removeHome(made);
  });

  it("are imported row by row", () => {
    expect({ ...imported }).toMatchObject({ rows: expected.rows, accepted: expected.rows, rejected: 0, subjects: 2102 });
    expect(expected.rows).toBe(2102);
  });

  it("have coefficients that a fit gives, rounded", async () => {
    expect(await oracle("fit_loans.py", file)).toEqual(expected.models);
  });

  it("are decided, all of them, as exact fractions decide", async () => {
    const vault = await openRealVault(made);
    try {
      const { state } = vault;
      const pageOf = (id: string) => state.dataset("loans").lookUp(state.pseudonymOf({ scheme: "opaque", id }));
      const loans = Object.keys(expected.facts).map((id) => [id, pageOf(id)] as const);
      const facts = loans.map(([loan, page]) => [loan, [0, 1, 2, 4, 5].map((column) => page?.lane(column)[0])]);
      expect(differences(Object.fromEntries(facts), missingAsNaN(expected.facts))).toEqual([]);
      const compiled = manifestsOf(made.home).map((text) => compileManifest(parseManifest(text), state.schemas));
      expect(differences(evaluateAll(compiled, loans), expected.answers)).toEqual([]);
    } finally {
      await vault.close();
    }
  });

  /** The outcomes of all the questions in `expected`, by the evaluation alone. */
  function evaluateAll(compiled: readonly Computation[], loans: readonly (readonly [string, PageColumns | undefined])[]) {
    const found = Object.keys(expected.answers).map((name) => {
      const [id = "", parameter] = name.split(" ");
      const computation = compiled.find((each) => each.id === id);
      if (computation === undefined) throw new Error(`there is no computation ${id}`);
      const parameters = parseParameters(computation, parameter === undefined ? {} : { cutoff: parameter.split("=")[1] ?? "" });
      return [name, Object.fromEntries(loans.map(([loan, page]) => [loan, computation.evaluate([page], parameters, 0)]))];
    });
    return Object.fromEntries(found) as Expected["answers"];
  }

  it("get the same decisions over the gateway, a hundred of them", async () => {
    node = await serve(made);
    const loans = Object.keys(expected.facts).filter((_loan, index) => index % 21 === 0);
    const asked = ["default-odds cutoff=-0.10065", "default-odds cutoff=-1", "default-odds-below", "default-odds-grid"];
    const questions = asked.flatMap((name) => loans.map((subject) => ({ name, subject })));
    const answers = await node.bank.askAll(questions);
    expect(answers).toEqual(questions.map(({ name, subject }) => expected.answers[name]?.[subject]));
    expect(loans.length).toBeGreaterThan(100);
  }, 60_000);
});

function missingAsNaN(facts: Expected["facts"]): Record<string, number[]> {
  return Object.fromEntries(Object.entries(facts).map(([loan, values]) => [loan, values.map((value) => value ?? Number.NaN)]));
}
