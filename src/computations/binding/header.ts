import { subjectSchemes } from "../../model/schemes/index.js";
import { oneOf, quote, suggest } from "../syntax/nearest.js";
import type { Name } from "../syntax/shape.js";
import type { Scope } from "./scope.js";

/** Words that rules and bins use, so that no feature may have them. */
const reserved = ["all", "any", "not", "score", "linear", "missing", "otherwise", "reason", "no_record"];

/** Checks what stands before the features are bound: subject, inputs, parameters, names. */
export function checkHeader(scope: Scope): void {
  checkSubject(scope);
  const { problems, manifest } = scope;
  const datasets = new Set<string>();
  for (const { dataset } of manifest.inputs) {
    if (datasets.has(dataset.text))
      problems.mistake(dataset.place, `The dataset ${quote(dataset.text)} is an input twice.`, "each dataset once");
    datasets.add(dataset.text);
  }
  for (const { name } of manifest.features)
    if (reserved.includes(name.text)) problems.mistake(name.place, `${quote(name.text)} is a word of the language.`, "another name");
  checkParameters(scope);
}

function checkSubject({ manifest, inputs, problems }: Scope): void {
  const { text, place } = manifest.subject;
  const schemes = subjectSchemes.map((scheme) => scheme.name);
  if (!schemes.includes(text)) problems.mistake(place, `There is no subject scheme ${quote(text)}.`, suggest(text, schemes));
  const others = inputs.filter((input) => input !== undefined && schemes.includes(text) && input.schema.subject.scheme !== text);
  for (const input of others) {
    const message = `The subjects of ${input?.schema.name} are of the scheme ${input?.schema.subject.scheme}.`;
    problems.mistake(place, message, "one scheme for all inputs");
  }
}

function checkParameters({ manifest, problems }: Scope): void {
  for (const { choices, default: preset } of manifest.parameters) {
    const seen = new Set<string>();
    for (const { text, place } of choices) {
      if (seen.has(text)) problems.mistake(place, `The choice ${quote(text)} stands twice.`, "each choice once");
      seen.add(text);
    }
    if (preset !== undefined && !seen.has(preset.text))
      problems.mistake(preset.place, `${quote(preset.text)} is not a choice.`, oneOf([...seen]));
  }
}

/** Checks, after everything is bound, that what is named is used: an unread dataset would be charged, an unused parameter would be a free asking. */
export function checkUses(scope: Scope): void {
  const { manifest, problems } = scope;
  for (const [index, { alias }] of manifest.inputs.entries()) {
    const input = scope.inputs[index];
    if (input !== undefined && !input.used)
      problems.mistake(alias.place, `The input ${quote(alias.text)} is never read.`, "no unread input");
  }
  for (const { name } of manifest.parameters)
    if (!scope.usedParameters.has(name.text))
      problems.mistake(name.place, `The parameter ${quote(name.text)} is never used.`, `$${name.text} somewhere`);
  for (const { text, place } of scope.unusedFeatures())
    problems.warning(place, `The feature ${quote(text)} is never used.`, "a use, or no such feature");
  const { scorecard, linear } = manifest;
  if (scorecard !== undefined && !scope.usedFeatures.has("score"))
    problems.mistake(scorecard.place, "The scorecard is never used.", "score in the output");
  if (linear !== undefined && !scope.usedFeatures.has("linear"))
    problems.mistake(linear.place, "The linear predictor is never used.", "linear in the output");
  if (manifest.reasons.length > 0) checkReasonTexts(scope);
}

function checkReasonTexts({ manifest, reasonCodes, problems }: Scope): void {
  const explained: ReadonlyMap<string, Name> = new Map(manifest.reasons.map(({ code }) => [code.text, code]));
  for (const [text, { place }] of reasonCodes)
    if (!explained.has(text))
      problems.mistake(place, `The reason code ${quote(text)} has no text in reasons.`, suggest(text, [...explained.keys()]));
  for (const [text, { place }] of explained)
    if (!reasonCodes.has(text)) problems.warning(place, `The reason code ${quote(text)} is never given.`, "a bin or rule that gives it");
}
