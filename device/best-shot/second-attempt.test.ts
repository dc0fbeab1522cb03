import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Outcome } from '#contract/outcome.ts';
import { decide } from './decide.ts';
import { addShot, hearVerdict, markSent, noShots, refuseShot, type Shots } from './shots.ts';
import { testTrack } from './test-frames.ts';

/** The rules of one passage, so that wrong ones can be tried. */
const rules = { decide, hearVerdict, markSent };
type Rules = typeof rules;

/** What may happen to a passage, 100 ms after what happened before. */
type Happening =
  | { readonly shot: number }
  | { readonly verdict: { readonly attempt: 1 | 2; readonly outcome: Outcome } }
  | { readonly isOnline: boolean }
  | { readonly waitMs: number };

type Sent = {
  readonly attempt: 1 | 2;
  readonly score: number;
  readonly isOnline: boolean;
  /** The outcomes of the first attempt that were heard before, while it was waited for. */
  readonly heard: readonly Outcome[];
};

/** Plays a passage to its end, and ten seconds on, and tells what was sent. */
const play = (
  happenings: readonly Happening[],
  { decide, hearVerdict, markSent }: Rules,
): readonly Sent[] => {
  const sent: Sent[] = [];
  const heard: Outcome[] = [];
  let shots: Shots = noShots;
  let isOnline = true;
  let atMs = 0;
  const settle = (isOver: boolean): void => {
    for (let again = true; again; ) {
      const decision = decide(shots, { ...testTrack, lastMs: atMs }, { atMs, isOver, isOnline });
      again = decision.do === 'send' && shots.best !== null;
      if (decision.do !== 'send' || !shots.best) continue;
      sent.push({ attempt: decision.attempt, score: shots.best.score, isOnline, heard: [...heard] });
      shots = markSent(shots, decision.attempt, atMs);
    }
  };
  for (const happening of happenings) {
    atMs += 100;
    if ('shot' in happening) {
      const quality = { size: 100, sharpness: 0.7, pose: 0.9, exposure: 120, score: happening.shot };
      shots = addShot(shots, { usable: true, quality }, 100, atMs).shots;
    }
    if ('verdict' in happening) {
      shots = hearVerdict(shots, happening.verdict);
      if (sent.length > 0 && happening.verdict.attempt === 1) heard.push(happening.verdict.outcome);
    }
    if ('isOnline' in happening) isOnline = happening.isOnline;
    if ('waitMs' in happening) atMs += happening.waitMs;
    settle(false);
  }
  settle(true);
  return sent;
};

/** What no passage may ever send. */
const keepsThePromise = (sent: readonly Sent[]): boolean => {
  const [first, second] = sent;
  if (sent.length > 2 || (first && first.attempt !== 1)) return false;
  if (!first || !second) return true;
  return (
    second.attempt === 2 &&
    second.isOnline &&
    second.score >= 1.5 * first.score &&
    second.heard.length > 0 &&
    second.heard.every((outcome) => outcome === 'unknown' || outcome === 'ambiguous')
  );
};

const outcomes = ['matched', 'ambiguous', 'unknown', 'no_usable_face', 'error'] as const;
const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ shot: fc.double({ min: 0.05, max: 1, noNaN: true }) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      verdict: fc.record({
        attempt: fc.constantFrom(1 as const, 1 as const, 2 as const),
        outcome: fc.constantFrom(...outcomes, 'unknown', 'unknown'),
      }),
    }),
  },
  fc.record({ isOnline: fc.boolean() }),
  fc.record({ waitMs: fc.constantFrom(300, 1500, 5000) }),
);
const passages = fc.array(happening, { maxLength: 25 });
const promise = (tried: Rules) =>
  fc.check(
    fc.property(passages, (happenings) => keepsThePromise(play(happenings, tried))),
    { numRuns: 5000, seed: 4 },
  );

describe('whatever shots, verdicts and outages come', () => {
  it('a passage is sent once, and again only online, unrecognised, and with a much better picture', () => {
    expect(promise(rules).failed).toBe(false);
  });

  const broken: Readonly<Record<string, Partial<Rules>>> = {
    'tries again after a match or an error': {
      hearVerdict: (shots, { attempt }) => hearVerdict(shots, { attempt, outcome: 'unknown' }),
    },
    'tries again and again': {
      markSent: (shots, _, atMs) => {
        const { sent, ...after } = markSent(shots, 1, atMs);
        return { ...after, sent: sent && { ...sent, score: sent.score / 2, answer: 'not_recognised' } };
      },
    },
    'takes any picture for a better one': {
      markSent: (shots, attempt, atMs) => {
        const after = markSent(shots, attempt, atMs);
        return { ...after, sent: after.sent && { ...after.sent, score: 0.01 } };
      },
    },
    'does not wait for the verdict': {
      decide: (shots, ...rest) =>
        decide({ ...shots, sent: shots.sent && { ...shots.sent, answer: 'not_recognised' } }, ...rest),
    },
    'tries again offline': {
      decide: (shots, about, moment) => decide(shots, about, { ...moment, isOnline: true }),
    },
  };
  it.each(Object.entries(broken))('this test would notice a door that %s', (_, wrong) => {
    expect(promise({ ...rules, ...wrong }).failed).toBe(true);
  });
});

const unknown = { verdict: { attempt: 1, outcome: 'unknown' } } as const;

describe('a second picture', () => {
  const attempts = (...happenings: readonly Happening[]) =>
    play(happenings, rules).map(({ attempt }) => attempt);
  const first = [{ shot: 0.35 }, { waitMs: 1500 }] as const;

  it('is sent when the first was not recognised and a much better one comes', () => {
    expect(attempts(...first, unknown, { shot: 0.7 })).toEqual([1, 2]);
    expect(attempts(...first, { verdict: { attempt: 1, outcome: 'ambiguous' } }, { shot: 0.7 })).toEqual([
      1, 2,
    ]);
  });

  it('is sent as well when the verdict comes after it', () => {
    expect(attempts(...first, { shot: 0.7 }, unknown)).toEqual([1, 2]);
  });

  it('waits for a still better one, as the first did', () => {
    expect(play([...first, unknown, { shot: 0.55 }, { shot: 0.64 }, { waitMs: 1500 }], rules)[1]?.score).toBe(
      0.64,
    );
  });

  it('is not sent when it is only a little better, or no verdict comes', () => {
    expect(attempts(...first, unknown, { shot: 0.5 }, { waitMs: 5000 })).toEqual([1]);
    expect(attempts(...first, { shot: 0.9 }, { waitMs: 5000 })).toEqual([1]);
  });

  it('is not sent once there was a match, though an older verdict comes after it', () => {
    expect(
      attempts(...first, { verdict: { attempt: 1, outcome: 'matched' } }, unknown, { shot: 0.9 }),
    ).toEqual([1]);
    expect(
      attempts(...first, unknown, { verdict: { attempt: 1, outcome: 'matched' } }, { shot: 0.9 }),
    ).toEqual([1]);
  });

  it('is sent when the connection is back while they are still there', () => {
    expect(attempts(...first, unknown, { isOnline: false }, { shot: 0.9 })).toEqual([1]);
    expect(attempts(...first, unknown, { isOnline: false }, { shot: 0.9 }, { isOnline: true })).toEqual([
      1, 2,
    ]);
  });

  const sentWithBetter = addShot(
    markSent(
      addShot(
        noShots,
        { usable: true, quality: { size: 50, sharpness: 0.7, pose: 0.9, exposure: 120, score: 0.2 } },
        50,
        0,
      ).shots,
      1,
      1000,
    ),
    { usable: true, quality: { size: 100, sharpness: 0.7, pose: 0.9, exposure: 120, score: 0.9 } },
    100,
    1500,
  ).shots;
  const over = (shots: Shots, atMs: number, isOnline = true) =>
    decide(shots, testTrack, { atMs, isOver: true, isOnline });

  it('keeps a passage that is over for the verdict, but not for long and not offline', () => {
    expect(over(sentWithBetter, 3000)).toEqual({ do: 'wait' });
    expect(over(sentWithBetter, 11_000)).toEqual({ do: 'forget' });
    expect(over(sentWithBetter, 3000, false)).toEqual({ do: 'forget' });
    expect(over(hearVerdict(sentWithBetter, unknown.verdict), 3000)).toEqual({ do: 'send', attempt: 2 });
    expect(over(hearVerdict(sentWithBetter, { attempt: 1, outcome: 'matched' }), 3000)).toEqual({
      do: 'forget',
    });
  });

  it('is given up when the second model refuses it, without a report: the passage was sent', () => {
    const refused = refuseShot(hearVerdict(sentWithBetter, unknown.verdict), 'not_confirmed', 2000);
    expect(over(refused, 3000)).toEqual({ do: 'forget' });
  });
});
