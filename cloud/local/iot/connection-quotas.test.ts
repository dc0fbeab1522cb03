import { describe, expect, it } from 'vitest';
import { appliedKeepAliveSeconds, makeConnectionQuotas } from './connection-quotas.ts';

const start = () => {
  let nowMs = 0;
  const quotas = makeConnectionQuotas(() => nowMs);
  return { quotas, pass: (ms: number) => (nowMs += ms) };
};
const filters = (count: number): string[] => Array.from({ length: count }, (_, n) => `a/${n}`);

describe('the filters of a connection', () => {
  it('are 50, whatever was said twice', () => {
    const { quotas } = start();
    const all = filters(50);
    expect([...all, ...all].every(quotas.addFilter)).toBe(true);
    expect(quotas.addFilter('one too many')).toBe(false);
    quotas.count({ cmd: 'unsubscribe', unsubscriptions: ['a/7'] });
    expect(quotas.addFilter('one too many')).toBe(true);
  });

  it('are 8 in one SUBSCRIBE, or the connection ends and nothing is granted', () => {
    const { quotas } = start();
    expect(quotas.count({ cmd: 'subscribe', subscriptions: filters(8) })).toBeUndefined();
    expect(quotas.count({ cmd: 'subscribe', subscriptions: filters(9) })).toContain('more than 8');
    expect(quotas.addFilter('a/0')).toBe(false);
  });
});

describe('the publishes of a connection', () => {
  const admitted = (count: number, admit: () => boolean): number =>
    Array.from({ length: count }, admit).filter(Boolean).length;

  it('are 100 a second in the long run', () => {
    const { quotas, pass } = start();
    let sum = 0;
    for (let second = 0; second < 100; second += 1) {
      sum += admitted(150, quotas.admitPublish);
      pass(1000);
    }
    expect(sum).toBeGreaterThan(100 * 99);
    expect(sum).toBeLessThanOrEqual(100 * 100 + 200);
  });

  it('may catch up with three seconds at once, and no more', () => {
    const { quotas, pass } = start();
    pass(60_000);
    expect(admitted(1000, quotas.admitPublish)).toBe(300);
  });
});

it.each([
  [0, 1200],
  [5, 30],
  [30, 30],
  [60, 60],
  [1200, 1200],
  [65_535, 1200],
])('a keep-alive of %s s becomes %i s', (asked, applied) => {
  expect(appliedKeepAliveSeconds(asked)).toBe(applied);
});
