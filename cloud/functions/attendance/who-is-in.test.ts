import { describe, expect, it } from 'vitest';
import { pageOfPeople, type Whereabouts } from './who-is-in.ts';

const seen = (personId: string, state: 'in' | 'out', time: string): Whereabouts => ({
  personId,
  state,
  since: `2026-11-23T${time}:00.000Z`,
});
const people = [
  seen('ada', 'out', '16:00'),
  seen('ben', 'in', '08:00'),
  seen('eve', 'in', '09:00'),
  seen('cat', 'in', '09:00'),
];
const everyPage = (limit: number): readonly string[] => {
  const names: string[] = [];
  for (let after: string | null = null; ; ) {
    const { items, next } = pageOfPeople(people, { after, limit });
    expect(items.length).toBeLessThanOrEqual(limit);
    names.push(...items.map(({ personId }) => personId));
    if (next === null) return names;
    after = next;
  }
};

describe('who is in', () => {
  it.each([1, 2, 3, 4, 50])('comes before who has left, each newest first, by %i on a page', (limit) => {
    expect(everyPage(limit)).toEqual(['cat', 'eve', 'ben', 'ada']);
  });

  it('goes on behind a person who has gone since, and leaves out nobody', () => {
    const { next } = pageOfPeople(people, { after: null, limit: 2 });
    const later = people.map((one) => (one.personId === 'eve' ? seen('eve', 'out', '17:00') : one));
    const { items } = pageOfPeople(later, { after: next, limit: 50 });
    expect(items.map(({ personId }) => personId)).toEqual(['ben', 'eve', 'ada']);
  });
});
