import { expect, it } from 'vitest';
import { makeMetrics } from '../../functions/metrics.ts';
import { metricsOf } from './metrics.ts';

it('adds up what the functions write, under each of its dimensions', () => {
  const lines: string[] = [];
  const metrics = makeMetrics({ stage: 'dev', now: () => 0, write: (line) => lines.push(line.trim()) });
  metrics.put('Sightings', 1, 'matched');
  metrics.put('Sightings', 1, 'unknown');
  metrics.put('StageLatency', 120, 'search');
  metrics.put('StageLatency', 80, 'search');
  expect(metricsOf(lines)).toEqual([
    { name: 'Sightings', unit: 'Count', dimensions: 'Stage=dev', samples: 2, sum: 2, min: 1, max: 1 },
    expect.objectContaining({ name: 'Sightings', dimensions: 'Stage=dev, Outcome=matched', sum: 1 }),
    expect.objectContaining({ name: 'Sightings', dimensions: 'Stage=dev, Outcome=unknown', sum: 1 }),
    {
      name: 'StageLatency',
      unit: 'Milliseconds',
      dimensions: 'Stage=dev, StageOfFlow=search',
      samples: 2,
      sum: 200,
      min: 80,
      max: 120,
    },
  ]);
});

it('passes over other lines, broken ones and metrics without a number', () => {
  const directive = { CloudWatchMetrics: [{ Dimensions: [[]], Metrics: [{ Name: 'Gaps' }] }] };
  expect(
    metricsOf([
      '{"event":"sighting.settled"}',
      'plain words',
      '{"_aws": broken',
      JSON.stringify({ _aws: 1 }),
      JSON.stringify({ _aws: directive, Gaps: 'many' }),
    ]),
  ).toEqual([]);
});
