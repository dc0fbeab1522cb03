import { describe, expect, it } from 'vitest';
import type { Change } from '#contract/correction.ts';
import {
  assignment,
  at,
  correction,
  derive,
  monday,
  punches,
  schedule,
  shift,
  told,
  tuesday,
} from '../rules-for-tests.ts';

const punchOf = (words: string) => {
  const [punch] = punches(words);
  if (punch === undefined) throw new Error('no punch');
  return punch;
};
const add: Change = { action: 'add', at: at('17:00'), direction: 'out' };
const day = (words: readonly string[], ...logs: ReturnType<typeof correction>[]) =>
  derive(words, schedule(), { corrections: logs.flat() });

describe('a corrected day', () => {
  it('shows what was recorded and what was made of it', () => {
    const { asRecorded, asCorrected, corrections } = day(['in 09:00'], correction('c', add));
    expect(asRecorded.status).toBe('missing_check_out');
    expect(asCorrected).toMatchObject({ status: 'present', lastOut: at('17:00') });
    expect(asCorrected.shifts[0]?.entries.at(-1)).toMatchObject({ id: 'c', origin: 'added' });
    expect(corrections).toEqual([{ id: 'c', action: 'add', state: 'approved' }]);
  });

  it.each(['waiting', 'refused'] as const)('is as recorded while the correction is %s', (decision) => {
    const { asRecorded, asCorrected, corrections } = day(['in 09:00'], correction('c', add, decision));
    expect(asCorrected).toEqual(asRecorded);
    expect(corrections).toEqual([{ id: 'c', action: 'add', state: decision }]);
  });

  it('is as recorded without corrections', () => {
    const { asRecorded, asCorrected, corrections } = day(['in 09:00', 'out 17:00']);
    expect(asCorrected).toEqual(asRecorded);
    expect(corrections).toEqual([]);
  });

  it('leaves a voided punch out, and its repetitions with it', () => {
    const voided = correction('c', { action: 'void', punch: punchOf('auto 08:30') });
    const { asCorrected } = day(['auto 08:30', 'auto 08:31', 'auto 09:00', 'auto 17:00'], voided);
    expect(asCorrected).toMatchObject({ status: 'present', firstIn: at('09:00'), lastOut: at('17:00') });
  });

  it('moves a punch, and turns one round', () => {
    const { asCorrected } = day(
      ['in 09:30', 'in 17:00'],
      correction('c1', { action: 'retime', punch: punchOf('in 09:30'), to: at('08:58') }),
      correction('c2', { action: 'reclassify', punch: punchOf('in 17:00'), direction: 'out' }),
    );
    expect(asCorrected).toMatchObject({ status: 'present', firstIn: at('08:58'), minutes: { worked: 482 } });
    expect(asCorrected.shifts[0]?.entries.map(({ origin }) => origin)).toEqual(['retimed', 'reclassified']);
  });

  it('counts a repetition that a human turned round, beside what it repeated', () => {
    const turned = correction('c', { action: 'reclassify', punch: punchOf('auto 09:01'), direction: 'out' });
    expect(told(day(['auto 09:00', 'auto 09:01'], turned).asCorrected)).toEqual([
      'auto 09:00 → in',
      'auto 09:01 → out',
    ]);
  });

  it.each(['auto 16:59', 'auto 17:01'])(
    'is not turned round when the real check-out arrives late: %s',
    (late) => {
      const { asCorrected } = day(['auto 09:00', late], correction('c', add));
      expect(told(asCorrected).sort()).toEqual(['auto 09:00 → in', `${late} → out repeats`, 'c → out']);
    },
  );

  it('follows the last of several decisions on one punch', () => {
    const retime = (to: string): Change => ({ action: 'retime', punch: punchOf('in 09:30'), to: at(to) });
    const first = correction('c2', retime('08:00'), 'approved', '2026-11-26T10:00:00.000Z');
    const last = correction('c1', retime('08:50'), 'approved', '2026-11-26T11:00:00.000Z');
    expect(day(['in 09:30', 'out 17:00'], last, first).asCorrected.firstIn).toBe(at('08:50'));
  });

  it('can have a correction taken back by another', () => {
    const added = correction('c1', add);
    const [removed] = [{ id: 'c1', at: at('17:00'), via: 'out' as const }];
    const back = correction('c2', { action: 'void', punch: removed }, 'approved', '2026-11-27T10:00:00.000Z');
    expect(day(['in 09:00'], added, back).asCorrected.status).toBe('missing_check_out');
  });

  it('keeps a decision about a punch that has not arrived yet', () => {
    const moved = correction('c', { action: 'retime', punch: punchOf('in 09:30'), to: at('09:00') });
    expect(day(['out 17:00'], moved).asCorrected).toMatchObject({ status: 'present', firstIn: at('09:00') });
    expect(day(['in 09:30', 'out 17:00'], moved).asCorrected.firstIn).toBe(at('09:00'));
  });

  it('gives a punch moved over midnight to the other day, and both days show the correction', () => {
    const rules = schedule({ shifts: [shift()], assignments: [assignment()] });
    const moved = correction('c', {
      action: 'retime',
      punch: punchOf('in 09:00 +1'),
      to: at('09:00'),
    });
    const rest = { corrections: moved };
    const words = ['out 17:00', 'in 09:00 +1', 'out 17:00 +1'];
    const first = derive(words, rules, rest);
    const second = derive(words, rules, { ...rest, date: tuesday });
    expect([first.date, second.date]).toEqual([monday, tuesday]);
    expect([first.asRecorded.firstIn, first.asCorrected.firstIn]).toEqual([null, at('09:00')]);
    expect([second.asRecorded.firstIn, second.asCorrected.firstIn]).toEqual([at('09:00', tuesday), null]);
    expect([first, second].map(({ corrections }) => corrections.length)).toEqual([1, 1]);
  });
});
