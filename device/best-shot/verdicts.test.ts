import { expect, it } from 'vitest';
import { golden } from '#contract/golden.ts';
import { Verdict } from '#contract/verdict.ts';
import { makeVerdictBox } from './verdicts.ts';

const matched = Verdict.parse(golden('verdict-matched'));

it('hands each verdict out once, without whose it is', () => {
  const verdicts = makeVerdictBox({ isOnline: () => true });
  verdicts.put(matched);
  const { passageId, attempt } = matched;
  expect(verdicts.take()).toEqual([{ passageId, attempt, outcome: 'matched' }]);
  expect(verdicts.take()).toEqual([]);
});

it('holds a hundred at most while no frame comes, the latest', () => {
  const verdicts = makeVerdictBox({ isOnline: () => true });
  for (let n = 0; n < 150; n++) verdicts.put({ ...matched, outcome: n < 50 ? 'matched' : 'unknown' });
  const taken = verdicts.take();
  expect(taken).toHaveLength(100);
  expect(taken.every(({ outcome }) => outcome === 'unknown')).toBe(true);
});
