import { expect } from 'vitest';
import { type DayPunch, deriveDay } from '../../domain/attendance-day.ts';
import { addDays, localDate } from '../../domain/local-time.ts';
import type { StoredPunch } from '../table/items.ts';
import { passageId, site } from './ingest-for-tests.ts';
import type { MemoryLedger } from './ledger-for-tests.ts';
import {
  attemptsOf,
  faceIn,
  instantOf,
  mayCount,
  type Passing,
  people,
  seqOf,
} from './passings-for-tests.ts';

/** What must be true of the table once everything that the doors sent has been dealt with. */

type Contents = Pick<MemoryLedger, 'sightings' | 'passages' | 'punches' | 'days'>;

/** Every delivery has left a record with the outcome that is due to it. */
export function nothingIsLost(table: Contents, list: readonly Passing[]): void {
  for (const passing of list) {
    for (const attempt of attemptsOf(passing)) {
      const id = passageId(passing.n);
      const seq = seqOf(passing, attempt);
      const record =
        passing.kind === 'without a picture'
          ? table.passages.get(`${id} ${seq}`)
          : table.sightings.get(`${id} ${attempt}`);
      expect(record?.seq).toBe(seq);
      expect(outcomesOf(passing, attempt)).toContain(record?.outcome);
    }
  }
}

function outcomesOf(passing: Passing, attempt: 1 | 2): readonly string[] {
  if (passing.kind === 'poison') return ['error'];
  if (passing.kind === 'without a picture') return ['no_usable_face'];
  const face = faceIn(passing, attempt);
  if (face !== 'p-ada' && face !== 'p-bao') return ['unknown'];
  // Two people in one passage: whoever comes first, the other is not guessed.
  return new Set(mayCount(passing)).size > 1 ? ['matched', 'ambiguous'] : ['matched'];
}

/** One punch for each passage of somebody who consents and whose time is known, at an instant at which they were seen. */
export function everyPassageCountsOnce(table: Contents, list: readonly Passing[]): void {
  const tellsTheClock = (door: number) =>
    list.some((passing) => passing.door === door && passing.clock === 'synced' && passing.kind !== 'poison');
  const due = list.filter(
    (passing) =>
      (passing.kind === 'one attempt' || passing.kind === 'two attempts') &&
      mayCount(passing).length > 0 &&
      (passing.clock === 'synced' || tellsTheClock(passing.door)),
  );
  const punches = [...table.punches.values()];
  expect(punches.map(({ id }) => id).sort()).toEqual(due.map(({ n }) => passageId(n)).sort());
  for (const passing of due) {
    const punch = punches.find(({ id }) => id === passageId(passing.n));
    expect(mayCount(passing)).toContain(punch?.personId);
    expect(attemptsOf(passing).map((attempt) => instantOf(passing, attempt))).toContain(punch?.at);
  }
}

/** The days are what the punches come to when they are derived in order, and each punch says the same as its day. */
export function daysAreDerived(table: Contents): void {
  const { duplicatePunchMinutes, timeZone } = site;
  const punches = [...table.punches.values()];
  const dateOf = ({ at }: StoredPunch) => localDate(at, timeZone);
  const expected = new Map<string, readonly DayPunch[]>();
  for (const personId of people) {
    const own = punches.filter((punch) => punch.personId === personId);
    for (const date of [...new Set(own.map(dateOf))].sort()) {
      const before = expected
        .get(`${personId} ${addDays(date, -1)}`)
        ?.findLast(({ suppressedBy }) => suppressedBy === null);
      const facts = own.filter((punch) => dateOf(punch) === date).map(({ id, at, via }) => ({ id, at, via }));
      expected.set(`${personId} ${date}`, deriveDay(facts, { duplicatePunchMinutes, before }).punches);
    }
  }
  expect(new Map([...table.days].map(([key, day]) => [key, day.punches]))).toEqual(expected);
  for (const { id, direction, suppressedBy = null } of [...expected.values()].flat()) {
    const stored = punches.find((punch) => punch.id === id);
    expect({ direction: stored?.direction, suppressedBy: stored?.suppressedBy ?? null }).toEqual({
      direction,
      suppressedBy,
    });
  }
}
