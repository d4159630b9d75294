import { readFileSync } from "node:fs";
import { auditFiles, parseTrust } from "#product/auditor/index.js";
import { folderFiles } from "#product/cli/audit/mirror.js";

/** Audits the log in a folder from its first entry, in a process of its own, and prints what that took: `node auditChild.js FOLDER TRUST`. */
const [folder = "", trustFile = ""] = process.argv.slice(2);
const { size, findingCount } = await auditFiles(folderFiles(folder), { trust: parseTrust(readFileSync(trustFile, "utf8")) });
const { user, system } = process.cpuUsage();
const peakMiB = process.resourceUsage().maxRSS / 1024;
console.log(JSON.stringify({ size, findingCount, cpuSeconds: (user + system) / 1e6, peakMiB }));
