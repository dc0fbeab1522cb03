import { describe, expect, it } from 'vitest';
import { ago, clockTime, dateThere, dayHeading, longDate, percent } from '../words/format.ts';
import { punchAt, sightingAt } from './examples-for-tests.ts';
import { entriesOf, withNewest } from './feed.ts';
import { announcement, rowOf } from './words.ts';

const entry = (second: number, change: object = {}) => ({
  kind: 'sighting' as const,
  id: 's',
  at: sightingAt(second).capturedAt,
  sighting: sightingAt(second, change),
});

describe('rows', () => {
  it('names a person only when there is a punch', () => {
    const [row] = entriesOf(withNewest(undefined, { items: [punchAt(12)], next: null }, null)).map(rowOf);
    expect(row).toMatchObject({ person: 'Ada Example', label: 'In', door: 'Front door', note: null });
  });

  it('says unknown, and why where that is not all there is to say', () => {
    expect(rowOf(entry(1))).toMatchObject({
      person: 'Unknown person',
      label: 'Unknown',
      note: null,
    });
    const blurred = rowOf(entry(1, { outcome: 'no_usable_face', reason: 'too_blurred' }));
    expect(blurred).toMatchObject({ person: 'No usable face', note: 'picture too blurred' });
  });

  it('never shows the name of somebody whom a sighting only might be', () => {
    const ambiguous = entry(1, {
      outcome: 'ambiguous',
      reason: null,
      person: { id: 'p', name: 'Ada Example' },
    });
    expect(JSON.stringify(rowOf(ambiguous))).not.toContain('Ada');
  });

  it('shows a reason that it has no words for as it came', () => {
    expect(rowOf(entry(1, { reason: 'something_new' })).note).toBe('something new');
  });

  it('announces the newest arrival and counts the others', () => {
    const entries = entriesOf(
      withNewest(undefined, { items: [punchAt(30), punchAt(20), punchAt(10)], next: null }, null),
    );
    expect(announcement(entries)).toBe('Ada Example: in at 08:58, Front door. And 2 more.');
    expect(announcement([])).toBe('');
  });
});

describe('figures', () => {
  it('never rounds a likeness up to certainty', () => {
    expect(percent(99.97)).toBe('99.9 %');
    expect(percent(100)).toBe('100.0 %');
  });

  it('shows the wall clock of the site', () => {
    expect(clockTime('2026-11-23T08:58:12.340')).toBe('08:58:12');
  });

  it('knows which day it is at the site, whatever the browser thinks', () => {
    const shortlyBeforeMidnightUtc = Date.parse('2026-11-23T23:30:00.000Z');
    const inBerlin = dateThere(
      '2026-11-23T08:58:12.340',
      '2026-11-23T07:58:12.340Z',
      shortlyBeforeMidnightUtc,
    );
    expect(inBerlin).toBe('2026-11-24');
    expect(dayHeading('2026-11-24', inBerlin)).toBe('Today');
    expect(dayHeading('2026-11-23', inBerlin)).toBe('Yesterday');
    expect(dayHeading('2026-11-20', inBerlin)).toBe('Friday 20 November');
    expect(longDate('2026-11-23')).toBe('Monday 23 November');
  });

  it('says how old the page is', () => {
    expect([1_000, 12_000, 180_000].map(ago)).toEqual(['just now', '12 s ago', '3 min ago']);
  });
});
