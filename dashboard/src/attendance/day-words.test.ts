import { describe, expect, it } from 'vitest';
import { DayEntry, DayStatus, Reason } from '#contract/day.ts';
import { berlin, entry } from './day-examples-for-tests.ts';
import { entryNotes, isCounted, reasonWords, statusLook } from './day-words.ts';

const date = '2026-11-20';
const where = { timeZone: 'Europe/Berlin', date };
const at = (time: string) => berlin(date, time);

const sentences: readonly (readonly [Reason, string])[] = [
  [{ code: 'kept_hours', workedMinutes: 482, expectedMinutes: 480 }, 'Worked 8 h 2 min; 8 h were expected.'],
  [{ code: 'no_shift' }, 'No shift was planned for this day.'],
  [
    { code: 'late', at: at('09:12'), start: at('09:00'), graceMinutes: 5, minutes: 12 },
    'Came at 09:12, 12 min late: the shift began at 09:00, and 5 min are tolerated.',
  ],
  [
    { code: 'early_exit', at: at('15:30'), end: at('17:00'), graceMinutes: 0, minutes: 90 },
    'Left at 15:30, 1 h 30 min early: the shift ended at 17:00.',
  ],
  [
    { code: 'below_half_day_threshold', workedMinutes: 200, thresholdMinutes: 240 },
    'Worked 3 h 20 min; less than 4 h counts as half a day.',
  ],
  [
    { code: 'below_absence_threshold', workedMinutes: 30, thresholdMinutes: 60 },
    'Worked 30 min; less than 1 h counts as absent.',
  ],
  [{ code: 'no_punch', from: at('08:00'), to: at('18:00') }, 'There is no punch between 08:00 and 18:00.'],
  [{ code: 'no_check_in' }, 'There is a check-out, but no check-in before it.'],
  [
    { code: 'not_synced', syncedThrough: at('12:00'), needed: at('18:00') },
    'The doors have reported up to 12:00. The day is decided when every door has reported past 18:00.',
  ],
  [
    { code: 'not_synced', syncedThrough: null, needed: at('18:00') },
    'A door of the site has never reported. The day is decided when every door has reported past 18:00.',
  ],
  [
    { code: 'missing_check_out', punchId: 'p', since: at('09:00') },
    'Nobody checked out after the check-in at 09:00, so the time since then is not counted.',
  ],
  [
    { code: 'automatic_check_out', punchId: 'p', at: at('17:00') },
    'Checked out automatically at 17:00, because there was no check-out.',
  ],
  [{ code: 'holiday', name: 'New Year', list: 'de' }, 'Holiday: New Year.'],
  [{ code: 'weekly_off', weekday: 7, by: 'site' }, 'Sunday is a day off at this site.'],
  [
    { code: 'weekly_off', weekday: 1, by: 'assignment' },
    'Monday is not a working day of the assigned shift.',
  ],
  [
    { code: 'on_leave', leave: 'l', kind: 'annual', part: 'first_half' },
    'On leave (annual) for the first half of the day.',
  ],
  [
    { code: 'clock_change', minutes: 60 },
    'The clocks went back during the shift, so it lasted 1 h longer than usual.',
  ],
  [
    { code: 'clock_change', minutes: -30 },
    'The clocks went forward during the shift, so it lasted 30 min less than usual.',
  ],
];

describe('the reasons of a day', () => {
  it.each(sentences)('say %j in a sentence', (reason, words) => {
    expect(reasonWords(Reason.parse(reason), where)).toBe(words);
  });

  it('are all tried here', () => {
    const codes = Reason.options.map((option) => option.shape.code.value);
    expect(new Set(sentences.map(([{ code }]) => code))).toEqual(new Set(codes));
  });

  it('name the day where a night shift ends on another', () => {
    const reason = { code: 'automatic_check_out', punchId: 'p', at: berlin('2026-11-21', '06:00') } as const;
    expect(reasonWords(reason, where)).toContain('at 06:00 the next day');
  });

  it('tell the time of the site, whatever the zone of the browser', () => {
    const reason = { code: 'automatic_check_out', punchId: 'p', at: at('17:00') } as const;
    expect(reasonWords(reason, { date, timeZone: 'Asia/Kolkata' })).toContain('at 21:30');
  });
});

describe('a punch of a day', () => {
  const clockOfId = (id: string) => (id === 'first' ? '08:58' : undefined);

  it('says why it does not count', () => {
    const repeated = entry(at('08:59'), { suppressedBy: 'first' });
    expect(entryNotes(repeated, clockOfId)).toEqual(['Not counted: repeats the punch at 08:58.']);
    expect(isCounted(repeated)).toBe(false);
    expect(isCounted(entry(at('09:00'), { mark: 'in_while_in' }))).toBe(false);
    expect(isCounted(entry(at('17:00'), { mark: 'out_without_in' }))).toBe(true);
  });

  it('has words for every mark and for every origin but the usual one', () => {
    const said = new Set<string>();
    for (const mark of DayEntry.shape.mark.unwrap().options)
      for (const note of entryNotes(entry(at('09:00'), { mark }), clockOfId)) said.add(note);
    for (const origin of DayEntry.shape.origin.options)
      for (const note of entryNotes(entry(at('09:00'), { origin }), clockOfId)) said.add(note);
    expect(said.size).toBe(4 + 4);
    expect(entryNotes(entry(at('09:00')), clockOfId)).toEqual([]);
  });
});

describe('the status of a day', () => {
  it('never reads like another, and its colour never stands alone', () => {
    const looks = [...DayStatus.options, null].map(statusLook);
    expect(new Set(looks.map(({ words }) => words)).size).toBe(looks.length);
    for (const { icon } of looks) expect(icon).not.toBe('');
  });
});
