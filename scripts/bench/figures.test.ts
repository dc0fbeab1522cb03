import { describe, expect, it } from 'vitest';
import { matches, percentile, selectMeasurements } from './figures.ts';

const measure = async () => {};
const start = { figures: ['start.ready_s', 'e2e.latency.p50_ms'], measure };
const passage = { figures: ['passage.searches'], measure };

describe('bench', () => {
  it('runs only the measurements that yield a wanted figure', () => {
    expect(selectMeasurements([start, passage], ['e2e'])).toEqual([start]);
    expect(selectMeasurements([start, passage], ['vision'])).toEqual([]);
    expect(selectMeasurements([start, passage], [])).toEqual([start, passage]);
    expect(matches('start.ready_s', ['e2e'])).toBe(false);
  });

  it('takes percentiles by nearest rank, whatever the order', () => {
    const values = [50, 10, 40, 20, 30];
    expect(percentile(values, 0.5)).toBe(30);
    expect(percentile(values, 0.95)).toBe(50);
    expect(() => percentile([], 0.5)).toThrow('no values');
  });
});
