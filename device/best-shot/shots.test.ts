import { describe, expect, it } from 'vitest';
import type { UnusableReason } from '#contract/sighting.ts';
import type { Track } from '../tracker/tracker.ts';
import { type Decision, decide, type Moment } from './decide.ts';
import type { Judgement } from './judge.ts';
import { addShot, markSent, noShots, refuseShot, type Shots } from './shots.ts';
import { testTrack } from './test-frames.ts';

const usable = (score: number): Judgement => ({
  usable: true,
  quality: { size: 100, sharpness: 0.7, pose: 0.9, exposure: 120, score },
});
const unusable = (reason: UnusableReason): Judgement => ({ usable: false, reason });

/** The shots of a passage, one per 100 ms from time 0. */
const shotsOf = (...judgements: readonly Judgement[]): Shots =>
  judgements.reduce((shots, judgement, n) => addShot(shots, judgement, 100, n * 100).shots, noShots);

const at = (atMs: number, isOver: boolean): Moment => ({ atMs, isOver, isOnline: true });

const keptScores = (...scores: readonly number[]): number[] => {
  let shots = noShots;
  return scores.filter((score, n) => {
    const added = addShot(shots, usable(score), 100, n * 100);
    shots = added.shots;
    return added.keep;
  });
};

describe('addShot', () => {
  it('keeps a shot only when it is a tenth better than the one before', () => {
    expect(keptScores(0.4, 0.43, 0.45, 0.3, 0.6, 0.65, 0.7)).toEqual([0.4, 0.45, 0.6, 0.7]);
  });

  it('keeps no rejected shot', () => {
    expect(addShot(noShots, unusable('too_blurred'), 100, 0)).toMatchObject({
      keep: false,
      shots: { best: null, rejections: { too_blurred: 1 } },
    });
  });
});

describe('decide', () => {
  /** Good from the first shot on, and better at 1.4 s. */
  const approach = addShot(shotsOf(usable(0.4)), usable(0.6), 100, 1400).shots;
  const running = false;
  const over = true;
  const table: readonly [string, Shots, Partial<Track>, number, boolean, Decision][] = [
    ['waits without a shot', noShots, {}, 100, running, { do: 'wait' }],
    ['waits for a better shot', shotsOf(usable(0.5)), {}, 999, running, { do: 'wait' }],
    ['sends an excellent shot at once', shotsOf(usable(0.66)), {}, 0, running, { do: 'send', attempt: 1 }],
    [
      'sends a good shot when none better has come for 1 s',
      shotsOf(usable(0.5)),
      {},
      1000,
      running,
      { do: 'send', attempt: 1 },
    ],
    ['waits while they still get better', approach, {}, 1999, running, { do: 'wait' }],
    ['sends 2 s after the first good shot', approach, {}, 2000, running, { do: 'send', attempt: 1 }],
    ['gives a poor shot longer', shotsOf(usable(0.2)), {}, 3999, running, { do: 'wait' }],
    [
      'does not leave who stands there without an answer',
      shotsOf(usable(0.2)),
      {},
      4000,
      running,
      { do: 'send', attempt: 1 },
    ],
    [
      'sends a poor shot of who is past the camera, though they are remembered',
      shotsOf(usable(0.2)),
      { lastMs: 400 },
      2000,
      running,
      { do: 'send', attempt: 1 },
    ],
    [
      'sends a poor shot when the track is over',
      shotsOf(usable(0.2)),
      {},
      9000,
      over,
      { do: 'send', attempt: 1 },
    ],
    ['sends once', markSent(shotsOf(usable(0.9)), 1, 0), {}, 9000, running, { do: 'wait' }],
    [
      'has nothing to add at the end when it has sent',
      markSent(shotsOf(usable(0.9)), 1, 0),
      {},
      9000,
      over,
      { do: 'forget' },
    ],
    [
      'waits for more of a track that may be a flicker',
      shotsOf(usable(0.9)),
      { hits: 4 },
      300,
      running,
      { do: 'wait' },
    ],
    ['forgets a flicker', shotsOf(usable(0.9)), { hits: 4 }, 300, over, { do: 'forget' }],
    [
      'forgets what was never clearly a face',
      shotsOf(unusable('not_confirmed')),
      { bestScore: 0.69 },
      9000,
      over,
      { do: 'forget' },
    ],
    [
      'reports why nothing was usable',
      shotsOf(unusable('not_frontal')),
      {},
      9000,
      over,
      { do: 'report', reason: 'not_frontal' },
    ],
    [
      'reports the most frequent reason',
      shotsOf(unusable('bad_light'), unusable('not_frontal'), unusable('not_frontal')),
      {},
      9000,
      over,
      { do: 'report', reason: 'not_frontal' },
    ],
    [
      'does not blame the distance when they came near',
      shotsOf(unusable('too_small'), unusable('too_small'), unusable('cut_off')),
      {},
      9000,
      over,
      { do: 'report', reason: 'cut_off' },
    ],
    [
      'blames the distance of who stayed away',
      shotsOf(unusable('too_small')),
      {},
      9000,
      over,
      { do: 'report', reason: 'too_small' },
    ],
    [
      'reports who looked like a picture',
      refuseShot(shotsOf(usable(0.9)), 'suspicious', 0),
      {},
      9000,
      over,
      { do: 'report', reason: 'suspicious' },
    ],
    [
      'reports a refused shot',
      refuseShot(shotsOf(usable(0.9)), 'not_confirmed', 0),
      {},
      9000,
      over,
      { do: 'report', reason: 'not_confirmed' },
    ],
  ];
  it.each(table)('%s', (_, shots, traits, atMs, isOver, expected) => {
    expect(decide(shots, { ...testTrack, lastMs: atMs, ...traits }, at(atMs, isOver))).toEqual(expected);
  });

  it('forgets who never came near enough to be called a face', () => {
    const { shots } = addShot(noShots, unusable('too_small'), 28, 0);
    expect(decide(shots, { ...testTrack, lastMs: 9000 }, at(9000, true))).toEqual({ do: 'forget' });
  });

  it('gives the scene half a second to change after a refusal', () => {
    const { shots } = addShot(
      refuseShot(shotsOf(usable(0.9)), 'not_confirmed', 1000),
      usable(0.9),
      100,
      1100,
    );
    expect(decide(shots, { ...testTrack, lastMs: 1400 }, at(1400, false))).toEqual({ do: 'wait' });
    expect(decide(shots, { ...testTrack, lastMs: 1500 }, at(1500, false))).toEqual({
      do: 'send',
      attempt: 1,
    });
  });

  it('does not ask the second model a fourth time', () => {
    const refused = [0, 600, 1200].reduce((shots, atMs) => refuseShot(shots, 'not_confirmed', atMs), noShots);
    const { shots } = addShot(refused, usable(0.9), 100, 5000);
    expect(decide(shots, { ...testTrack, lastMs: 9000 }, at(9000, false))).toEqual({ do: 'wait' });
    expect(decide(shots, { ...testTrack, lastMs: 9000 }, at(9000, true))).toEqual({
      do: 'report',
      reason: 'not_confirmed',
    });
  });
});
