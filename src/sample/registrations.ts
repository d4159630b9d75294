import { parseDay } from "../model/calendar.js";
import { dashed, dayIn, yuan } from "./days.js";
import { courses, type FirmKind, type SampleFirm } from "./firms.js";
import { SampleRandom } from "./random.js";
import { sampleSpan } from "./span.js";

/** Which kinds stand out in the registry: on the list of irregular firms, or with owners who left within half a year. */
const irregular: readonly FirmKind[] = ["troubled"];
const justSold: readonly FirmKind[] = ["declining"];

/** The text of the registry's file: a line a firm. Firms are registered before they begin to trade. The same firms and seed give the same text. */
export function* registrationFile(firms: readonly SampleFirm[], seed: string): Generator<string> {
  yield "统一社会信用代码,成立日期,登记状态,经营异常,注册资本（万元）,最近变更日期\n";
  for (const firm of firms) yield registrationRow(firm, new SampleRandom(seed, "registration", firm.index));
}

function registrationRow({ code, kind }: SampleFirm, random: SampleRandom): string {
  const { firstMonth } = courses[kind];
  const before = firstMonth > 0 ? random.between(20, 60) : random.between(400, 5_000);
  const status = ["存续", "存续", "在业", "开业 "][random.below(4)] ?? "存续";
  // Capital in ten thousands; some firms have none on file.
  const capital = random.chance(8) ? "" : `"${yuan(random.between(50, 3_000) * 100, ",").replace(/\.00$/, "")}"`;
  const changed = justSold.includes(kind) ? random.between(20, 150) : random.between(250, 1_500);
  const changedOn = justSold.includes(kind) || (firstMonth === 0 && random.chance(40)) ? dashed(parseDay(sampleSpan.asOf) - changed) : "";
  return `${code},${dashed(dayIn(firstMonth, 1) - before)},${status},${irregular.includes(kind) ? "是" : "否"},${capital},${changedOn}\n`;
}
