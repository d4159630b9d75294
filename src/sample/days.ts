import { dayFromParts, partsOfDay } from "../model/calendar.js";
import { sampleSpan } from "./span.js";

/** The day number of a day of a month of the sample; months count from 0, the first one. Days past the 28th are not made. */
export function dayIn(month: number, day: number): number {
  const year = sampleSpan.firstYear + Math.floor(month / 12);
  return dayFromParts(year, (((month % 12) + 12) % 12) + 1, day) ?? 0;
}

/** The last day of a month of the sample. */
export function lastDayOf(month: number): number {
  return dayIn(month + 1, 1) - 1;
}

/** `2024/3/7`, as spreadsheets show days. */
export function slashed(day: number): string {
  const parts = partsOfDay(day);
  return `${parts.year}/${parts.month}/${parts.day}`;
}

/** `2024-3-7`. */
export function dashed(day: number): string {
  return slashed(day).replaceAll("/", "-");
}

/** `1234.50` from 123450 fen, with commas between thousands where `thousands` is a comma. */
export function yuan(fen: number, thousands = ""): string {
  const size = Math.abs(fen);
  const whole = String(Math.trunc(size / 100)).replace(/\B(?=(\d{3})+$)/g, thousands);
  return `${fen < 0 ? "-" : ""}${whole}.${String(size % 100).padStart(2, "0")}`;
}
