/** The sample federation: invented firms with their records, and the schemas, mappings, computations and policy in `samples/`. */
export { type FirmKind, firmOfKind, type SampleFirm, sampleFirms, strangerTo } from "./firms.js";
export { faultyRows, invoiceFile, sampleSpan } from "./invoices.js";
export { ratingFile } from "./ratings.js";
export { policyTrusting, type SampleFile, type SampleHolder, sampleFiles, samplePolicy, starterFiles } from "./sampleFiles.js";
