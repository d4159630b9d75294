import { describe, expect, it } from "vitest";
import { parsePolicy } from "../../src/admission/policy.js";
import { policyTrusting, samplePolicy } from "../../src/sample/index.js";

describe("the policy that a new home starts with", () => {
  it("trusts nobody", () => {
    const { reviewers, consentIssuers, approval } = parsePolicy(samplePolicy());
    expect({ reviewers, consentIssuers, approval }).toEqual({
      reviewers: [],
      consentIssuers: [],
      approval: { reviewers: 1, organisations: 1, own: "refused" },
    });
  });

  it("becomes the policy of a federation when parties are named", () => {
    // The verifier key is that of the example in the signed-note specification, the other one that of RFC 8037 appendix A.
    const policy = parsePolicy(
      policyTrusting({
        reviewers: [{ organisation: "regulator.example", key: "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW" }],
        consentIssuers: [{ name: "consent.example", key: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" }],
        approval: { reviewers: 2, organisations: 2 },
      }),
    );
    expect(policy.reviewers.map(({ organisation, key }) => [organisation, key.name])).toEqual([["regulator.example", "PeterNeumann"]]);
    expect(policy.consentIssuers.map(({ name }) => name)).toEqual(["consent.example"]);
    expect(policy.approval).toEqual({ reviewers: 2, organisations: 2, own: "refused" });
    expect(policy.purposes.get("loan-origination")).toEqual({ consent: "required" });
  });
});
