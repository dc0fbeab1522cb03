import { expect, it } from 'vitest';
import * as z from 'zod';
import { makeMetrics } from './metrics.ts';

/** Rules of CloudWatch's embedded metric format specification: members, units, at most 30 dimensions, all of them present. */
const Line = z.looseObject({
  _aws: z.strictObject({
    Timestamp: z.int(),
    CloudWatchMetrics: z
      .array(
        z.strictObject({
          Namespace: z.string().min(1),
          Dimensions: z.array(z.array(z.string()).max(30)).min(1),
          Metrics: z
            .array(z.strictObject({ Name: z.string(), Unit: z.enum(['Count', 'Seconds', 'Milliseconds']) }))
            .min(1),
        }),
      )
      .length(1),
  }),
});

const lines: string[] = [];
const metrics = makeMetrics({
  stage: 'dev',
  now: () => 1_795_000_000_000,
  write: (line) => lines.push(line),
});
/** The metric as CloudWatch would take it from the line: name, unit, value, and each set of dimensions with its values. */
const written = () => {
  const text = lines.splice(0);
  expect(text).toHaveLength(1);
  expect(text[0]).toMatch(/^[^\n]*\n$/);
  const line = Line.parse(JSON.parse(text[0] ?? ''));
  const [directive] = line._aws.CloudWatchMetrics;
  const [metric] = directive?.Metrics ?? [];
  const sets = directive?.Dimensions.map((names) => names.map((name) => `${name}=${String(line[name])}`));
  return [directive?.Namespace, metric?.Name, metric?.Unit, line[metric?.Name ?? ''], sets];
};

it('writes a count as one line, for the stage and by its kind', () => {
  metrics.put('Sightings', 1, 'matched');
  expect(written()).toEqual([
    'Rollcall',
    'Sightings',
    'Count',
    1,
    [['Stage=dev'], ['Stage=dev', 'Outcome=matched']],
  ]);
  metrics.put('SearchThrottled', 3);
  expect(written()).toEqual(['Rollcall', 'SearchThrottled', 'Count', 3, [['Stage=dev']]]);
});

it('writes a latency by its stage of the flow alone', () => {
  metrics.put('StageLatency', 12.5, 'search');
  expect(written()).toEqual([
    'Rollcall',
    'StageLatency',
    'Milliseconds',
    12.5,
    [['Stage=dev', 'StageOfFlow=search']],
  ]);
});

it('writes an age in seconds', () => {
  metrics.put('OldestWaitingSeconds', 61);
  expect(written()).toEqual(['Rollcall', 'OldestWaitingSeconds', 'Seconds', 61, [['Stage=dev']]]);
});
