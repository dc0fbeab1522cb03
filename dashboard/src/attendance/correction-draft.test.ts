import { describe, expect, it } from 'vitest';
import { Change } from '#contract/correction.ts';
import { changeWords, whyNotDecide } from './change-words.ts';
import { changeOf, correctablePunches, type Draft, happensTwice } from './correction-draft.ts';
import { berlin, correctedDay, entry, figuresOf, waitingCorrection } from './day-examples-for-tests.ts';

const date = '2026-11-20';
const timeZone = 'Europe/Berlin';
const came = entry(berlin(date, '08:55'));
const draft: Draft = { action: 'add', punchId: '', date, time: '17:00', fold: 'earlier', direction: 'out' };
const change = (values: Partial<Draft>) => changeOf({ ...draft, ...values }, [came], timeZone);

describe('a correction that somebody fills in', () => {
  it('adds a punch at the clock of the site', () => {
    expect(change({})).toEqual({
      change: { action: 'add', at: '2026-11-20T16:00:00.000Z', direction: 'out' },
    });
  });

  it('names the punch exactly as the day shows it', () => {
    const punch = { id: came.id, at: came.at, via: 'in' };
    expect(change({ action: 'void', punchId: came.id })).toEqual({ change: { action: 'void', punch } });
    expect(change({ action: 'retime', punchId: came.id, time: '08:30' })).toEqual({
      change: { action: 'retime', punch, to: '2026-11-20T07:30:00.000Z' },
    });
    expect(change({ action: 'reclassify', punchId: came.id })).toEqual({
      change: { action: 'reclassify', punch, direction: 'out' },
    });
  });

  it.each([
    [{ time: '' }, 'Fill in'],
    [{ action: 'void' }, 'Choose the punch'],
    [{ action: 'reclassify', punchId: came.id, direction: 'in' }, 'already has'],
    [{ date: '2026-03-29', time: '02:30' }, 'never was that day'],
  ] as const)('says what is wrong with %j', (values, words) => {
    expect(change(values)).toEqual({ problem: expect.stringContaining(words) });
  });

  it('asks which of two equal times is meant, and takes that one', () => {
    const twice = { ...draft, date: '2026-10-25', time: '02:30' };
    expect(happensTwice(twice, timeZone)).toBe(true);
    expect(happensTwice(draft, timeZone)).toBe(false);
    const at = (fold: Draft['fold']) => changeOf({ ...twice, fold }, [], timeZone);
    expect(at('earlier')).toMatchObject({ change: { at: '2026-10-25T00:30:00.000Z' } });
    expect(at('later')).toMatchObject({ change: { at: '2026-10-25T01:30:00.000Z' } });
  });

  it('is about punches that somebody made, never about an automatic check-out', () => {
    const automatic = entry(berlin(date, '17:00'), { origin: 'automatic', direction: 'out' });
    const figures = figuresOf(date, { status: 'present', reasons: [], entries: [automatic, came] });
    expect(correctablePunches(figures)).toEqual([came]);
    expect(correctablePunches(correctedDay(date).figures)).toHaveLength(2);
  });
});

describe('a correction in words', () => {
  const punch = { id: 'p', at: berlin(date, '08:55'), via: 'in' as const };

  it.each([
    [
      { action: 'add', at: berlin(date, '17:00'), direction: 'out' },
      'No punch',
      'Out at 17:00 on Friday 20 November',
    ],
    [{ action: 'void', punch }, 'In at 08:55 on Friday 20 November', 'Not counted'],
    [
      { action: 'retime', punch: { ...punch, via: 'auto' }, to: berlin(date, '08:30') },
      'Punch at 08:55 on Friday 20 November',
      'Punch at 08:30 on Friday 20 November',
    ],
    [
      { action: 'reclassify', punch, direction: 'out' },
      'In at 08:55 on Friday 20 November',
      'Out at 08:55 on Friday 20 November',
    ],
  ])('says what stands before and what after %j', (made, before, after) => {
    expect(changeWords(Change.parse(made), timeZone)).toEqual({ before, after });
  });

  it('is not decided by whoever it is about or whoever asked', () => {
    const correction = waitingCorrection();
    const me = (sub: string, id: string | null) => ({ sub, person: id === null ? null : { id } });
    expect(whyNotDecide(correction, me('sub-of-hr', 'p-9'))).toBeUndefined();
    expect(whyNotDecide(correction, me('sub-of-hr', null))).toBeUndefined();
    expect(whyNotDecide(correction, me('another', 'p-2'))).toContain('your own day');
    const forOther = waitingCorrection({ person: { id: 'p-3', name: 'Bao Sample' } });
    expect(whyNotDecide(forOther, me('sub-of-grace', null))).toContain('asked for it yourself');
  });
});
