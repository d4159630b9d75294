/** The sample federation: invented firms with their records, for two holders that use the library, and a policy to start from. */
export { type FirmKind, firmOfKind, type SampleFirm, sampleFirms, strangerTo } from "./firms.js";
export { encodeGb18030 } from "./gb18030.js";
export { holderFiles } from "./holders.js";
export { policyTrusting, samplePolicy } from "./policy.js";
export { type RecordFile, recordBytes, recordFiles, type SampleHolder } from "./recordFiles.js";
export { sampleSpan } from "./span.js";
