export interface ImportMeasure {
  readonly rows: number;
  readonly rowsPerSecond: number;
  readonly rowsPerWallSecond: number;
  readonly peakRssMb: number;
}

export async function measureImport(rows: number): Promise<ImportMeasure> {
  return { rows, rowsPerSecond: 0, rowsPerWallSecond: 0, peakRssMb: 0 };
}
