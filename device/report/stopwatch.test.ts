import { expect, it } from 'vitest';
import { makeManualClock } from '../clock.ts';
import { makeStopwatch } from './stopwatch.ts';

it('counts a stage without what other stages took meanwhile', async () => {
  const clock = makeManualClock();
  const stopwatch = makeStopwatch(clock);
  await stopwatch.time('judge', async () => {
    await clock.advance(5);
    await stopwatch.time('confirm', () => clock.advance(20));
    await clock.advance(2);
  });
  expect(stopwatch.times()).toEqual([
    { stage: 'judge', count: 1, totalMs: 7, p95Ms: 7 },
    { stage: 'confirm', count: 1, totalMs: 20, p95Ms: 20 },
  ]);
});

it('lists the stages in the order of the pipeline, with the time that 19 of 20 runs stay below', () => {
  const stopwatch = makeStopwatch(makeManualClock());
  for (let ms = 1; ms <= 40; ms++) stopwatch.add('detect', ms);
  stopwatch.add('motion', 3);
  expect(stopwatch.times()).toEqual([
    { stage: 'motion', count: 1, totalMs: 3, p95Ms: 3 },
    { stage: 'detect', count: 40, totalMs: 820, p95Ms: 38 },
  ]);
});

it('counts work that fails and hands the failure on', async () => {
  const clock = makeManualClock();
  const stopwatch = makeStopwatch(clock);
  const failing = stopwatch.time('detect', async () => {
    await clock.advance(4);
    throw new Error('the worker stumbled');
  });
  await expect(failing).rejects.toThrow('the worker stumbled');
  expect(stopwatch.times()).toMatchObject([{ stage: 'detect', totalMs: 4 }]);
});
