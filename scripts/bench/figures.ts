/** One performance figure; `unit` such as `s`, `ms`, `MB` or `ratio`. */
export type Figure = { readonly name: string; readonly value: number; readonly unit: string };

/** A measurement that yields several figures at once, because they come from one run. */
export type Measurement = {
  readonly figures: readonly string[];
  measure(report: (figure: Figure) => void): Promise<void>;
};

/** Which measurements yield a figure whose name starts with one of the prefixes; all of them without a prefix. */
export const selectMeasurements = (
  all: readonly Measurement[],
  prefixes: readonly string[],
): readonly Measurement[] =>
  prefixes.length === 0
    ? all
    : all.filter((measurement) => measurement.figures.some((name) => matches(name, prefixes)));

export const matches = (name: string, prefixes: readonly string[]): boolean =>
  prefixes.length === 0 || prefixes.some((prefix) => name.startsWith(prefix));

/** The value below which the share `p` (0..1) of the values lies (nearest rank). Throws on an empty list. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)];
  if (value === undefined) throw new Error('no values to take a percentile of');
  return value;
}
