/** A dataset's page: its records by column, the bytes they are encoded as, and the gathering of records into it. */
export { appendPages, PageBuilder } from "./pageBuilder.js";
export { decodePage, encodePage } from "./pageCodec.js";
export { emptyPage, mostRecords, type PageColumns } from "./pageColumns.js";
