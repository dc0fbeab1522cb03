import { z } from 'zod';

/** A metric under one set of dimensions, as CloudWatch would have taken it from a log. */
export type Metric = {
  readonly name: string;
  readonly unit: string;
  /** Such as `Stage=dev, Outcome=matched`. */
  readonly dimensions: string;
  readonly samples: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
};

/** Source: CloudWatch User Guide, "Specification: Embedded metric format". */
const EmbeddedMetrics = z.looseObject({
  _aws: z.object({
    CloudWatchMetrics: z.array(
      z.object({
        Dimensions: z.array(z.array(z.string())).default([[]]),
        Metrics: z.array(z.object({ Name: z.string(), Unit: z.string().default('None') })),
      }),
    ),
  }),
});
const Values = z.union([z.number().transform((one) => [one]), z.array(z.number())]);

const parse = (line: string): z.output<typeof EmbeddedMetrics> | undefined => {
  try {
    return EmbeddedMetrics.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
};

/** Whether a log line is for CloudWatch's metrics rather than for a reader. */
export const isMetricLine = (line: string): boolean => line.startsWith('{') && line.includes('"_aws"');

/** Adds up the lines in embedded metric format; other lines are passed over. Sorted by name and dimensions. */
export const metricsOf = (lines: readonly string[]): readonly Metric[] => {
  const byKey = new Map<string, Metric>();
  for (const line of lines.filter(isMetricLine)) {
    const embedded = parse(line);
    for (const { Dimensions, Metrics } of embedded?._aws.CloudWatchMetrics ?? []) {
      for (const names of Dimensions) {
        const dimensions = names.map((name) => `${name}=${String(embedded?.[name])}`).join(', ');
        for (const { Name: name, Unit: unit } of Metrics) {
          const values = Values.safeParse(embedded?.[name]).data ?? [];
          if (values.length === 0) continue;
          const key = `${name} ${dimensions}`;
          byKey.set(key, added(byKey.get(key) ?? { ...nothing, name, unit, dimensions }, values));
        }
      }
    }
  }
  return [...byKey].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, metric]) => metric);
};

const nothing = { samples: 0, sum: 0, min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY };

const added = (metric: Metric, values: readonly number[]): Metric => ({
  ...metric,
  samples: metric.samples + values.length,
  sum: values.reduce((sum, value) => sum + value, metric.sum),
  min: Math.min(metric.min, ...values),
  max: Math.max(metric.max, ...values),
});
