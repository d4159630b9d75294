import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Digest } from "../../../src/model/digest.js";
import { approved, openNode, publishSales, type SmallNode, smallNode, totalAbove } from "../smallNode.js";
import { codeOf, codeOr, type PlayedNode, SwiftNode, sales } from "./node.js";
import { History, historiesOfANode, usualPolicy } from "./play.js";
import { histories } from "./steps.js";

/*
 * P3, P4 and P7 over histories: whatever was granted, consented to, revoked, rotated, published and restarted before, in whatever order, each query gets the
 * answer that a small model of the rules gives, to the thousandth of a bit.
 */

let node: SmallNode;
let computations: readonly Digest[];
let millibits: number;
const played = { histories: 0, steps: 0, answers: 0 };

beforeAll(async () => {
  node = await smallNode();
  node.run({ act: "add-computation", note: approved(totalAbove.replace("id: total-above", "id: total-again")) });
  computations = ["total-above", "total-again"].map((id) => node.digestOf(id));
  millibits = node.vault.state.computations.get(computations[0] as Digest)?.millibits ?? 0;
  node.run({ act: "set-policy", text: usualPolicy });
  await node.vault.close();
});
afterAll(() => console.log(`${played.histories} histories of ${played.steps} steps`));

describe("a node and the model of its rules", () => {
  it("agree on 10,000 histories", { timeout: 900_000 }, async () => {
    let swift = new SwiftNode(node);
    let number = 0;
    const nextNode = () => {
      if (number % historiesOfANode === 0 && number > 0) {
        swift.close();
        swift = new SwiftNode(node);
      }
      return swift;
    };
    const agrees = fc.asyncProperty(histories, async (steps) => {
      const history = new History(nextNode(), number++, computations, millibits);
      expect(await history.play(steps)).toBeUndefined();
      played.histories += 1;
      played.steps += steps.length;
    });
    try {
      await fc.assert(agrees, { numRuns: 10_000, seed: 20_261_126 });
    } finally {
      swift.close();
    }
  });

  it("agree over the whole vault, public files and all, through real restarts", { timeout: 300_000 }, async () => {
    const whole = new WholeNode(await openNode(node.home, node.clock));
    let number = 1_000_000 * historiesOfANode;
    const agrees = fc.asyncProperty(histories, async (steps) => {
      expect(await new History(whole, number++, computations, millibits).play(steps)).toBeUndefined();
    });
    try {
      await fc.assert(agrees, { numRuns: 25, seed: 1, endOnFailure: true });
    } finally {
      await whole.close();
    }
  });
});

/** The same over a whole vault: its queue, its commits and its public files. */
class WholeNode implements PlayedNode {
  #node: SmallNode;

  constructor(given: SmallNode) {
    this.#node = given;
  }

  get clock() {
    return this.#node.clock;
  }

  run(command: Parameters<PlayedNode["run"]>[0]): string {
    return codeOr(() => {
      this.#node.run(command);
      return "done";
    });
  }

  ask(text: string) {
    return this.#node.vault.submit(text).catch(codeOf);
  }

  async newEpoch(): Promise<void> {
    await publishSales(this.#node, (this.#node.vault.state.governance.epoch?.number ?? 0) + 1, sales, "replace");
  }

  async restart(): Promise<void> {
    this.#node = await this.#node.reopened();
  }

  close(): Promise<void> {
    return this.#node.vault.close();
  }
}
