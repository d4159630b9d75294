/** The first month with records, how many months there are, and the day to which the sample's records are complete. */
export const sampleSpan = { firstYear: 2023, months: 36, asOf: "2025-12-31" } as const;
