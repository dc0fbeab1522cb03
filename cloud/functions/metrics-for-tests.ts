import type { Metrics } from './metrics.ts';

/** Metrics that are only remembered, as `Name` or `Name:kind`. */
export class MemoryMetrics implements Metrics {
  readonly values: { readonly metric: string; readonly value: number }[] = [];

  put(metric: string, value: number, kind?: string): void {
    this.values.push({ metric: kind === undefined ? metric : `${metric}:${kind}`, value });
  }

  /** The sum of everything put under that name. */
  sum(metric: string): number {
    return this.values.filter((entry) => entry.metric === metric).reduce((sum, { value }) => sum + value, 0);
  }
}
