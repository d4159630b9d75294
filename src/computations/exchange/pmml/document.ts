import { oneOf, quote } from "../../syntax/nearest.js";
import type { Problems } from "../../syntax/problems.js";
import { Reading } from "./reading.js";
import { parseXml, type XmlElement } from "./xml.js";

/** The versions that know `<Scorecard>`, each with a namespace of its own. */
const versions = ["4.1", "4.2", "4.3", "4.4"];
const namespaceOf = (version: string): string => `http://www.dmg.org/PMML-${version.replace(".", "_")}`;

/** The parts of a PMML document that a scorecard needs. */
export interface PmmlDocument {
  readonly scorecard: XmlElement;
  readonly dictionary: XmlElement;
  readonly reading: Reading;
  readonly leftOut: readonly string[];
}

const models = [
  ...["AnomalyDetectionModel", "AssociationModel", "BaselineModel", "BayesianNetworkModel", "ClusteringModel", "GaussianProcessModel"],
  ...[
    "GeneralRegressionModel",
    "MiningModel",
    "NaiveBayesModel",
    "NearestNeighborModel",
    "NeuralNetwork",
    "RegressionModel",
    "RuleSetModel",
  ],
  ...["SequenceModel", "SupportVectorMachineModel", "TextModel", "TimeSeriesModel", "TreeModel"],
];

/** Finds the one scorecard of a PMML document. Undefined after a mistake was reported. */
export function readDocument(text: string, problems: Problems): PmmlDocument | undefined {
  const root = parseXml(text, problems);
  const version = root && versionOf(root, problems);
  if (root === undefined || version === undefined) return undefined;
  const reading = new Reading(namespaceOf(version), problems);
  const refused = Object.fromEntries(models.map((name) => [name, "one Scorecard"]));
  reading.check(root, {
    attributes: ["version"],
    children: ["Header", "MiningBuildTask", "DataDictionary", "TransformationDictionary", "Scorecard"],
    refused,
  });
  const transformations = reading.only(root, "TransformationDictionary", false);
  if (transformations !== undefined && transformations.children.length > 0)
    reading.mistake(
      transformations.place,
      "TransformationDictionary cannot be carried over.",
      "no values computed within the document: a feature of the manifest computes them",
    );
  const dictionary = reading.only(root, "DataDictionary", true);
  const scorecard = reading.only(root, "Scorecard", true);
  const leftOut = root.children
    .filter(({ name }) => name === "Header" || name === "MiningBuildTask")
    .map(({ name, place }) => `line ${place.line}: ${name}, which says nothing about scoring`);
  return dictionary && scorecard && { dictionary, scorecard, reading, leftOut };
}

function versionOf(root: XmlElement, problems: Problems): string | undefined {
  if (root.name !== "PMML") {
    problems.mistake(root.place, `The document is ${quote(root.name)}, not PMML.`, "a PMML element");
    return undefined;
  }
  const stated = root.attributes.get("version");
  const version = versions.find((each) => stated?.value === each || stated?.value.startsWith(`${each}.`));
  if (version === undefined)
    problems.mistake(
      stated?.place ?? root.place,
      `This is ${stated === undefined ? "PMML of no version" : `version ${quote(stated.value)}`}.`,
      oneOf(versions),
    );
  else if (root.namespace !== namespaceOf(version)) {
    problems.mistake(
      root.place,
      `The namespace is ${root.namespace === "" ? "missing" : quote(root.namespace)}.`,
      `xmlns="${namespaceOf(version)}" for version ${version}`,
    );
    return undefined;
  }
  return version;
}
