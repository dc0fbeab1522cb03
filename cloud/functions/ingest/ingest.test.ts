import { describe, expect, it } from 'vitest';
import { golden } from '#contract/golden.ts';
import {
  ada,
  doorItem,
  event,
  faces,
  first,
  IngestForTests,
  passageEvent,
  passageId,
  site,
  thing,
} from './ingest-for-tests.ts';
import { sitesOf } from './surroundings-for-tests.ts';

const door = new IngestForTests();

describe('a sighting of a known person', () => {
  it('becomes a punch, an attendance day and the verdict that the contract shows', async () => {
    await door.run(event());
    expect(door.lastVerdict).toEqual(golden('verdict-matched'));
    expect(door.punches).toMatchObject([
      { personId: 'p-ada', at: first.capturedAt, direction: 'in', source: 'door' },
    ]);
    expect([...door.ledger.days.values()]).toMatchObject([{ date: '2026-11-23', version: 1, state: 'in' }]);
  });

  it('gives one punch and one search however often it is delivered, and every delivery is answered', async () => {
    await door.run(event());
    await door.run(event());
    await door.run(event());
    expect(door.punches).toHaveLength(1);
    expect(door.searches).toBe(1);
    expect(door.verdicts.map(({ verdict }) => verdict)).toEqual(Array(3).fill(golden('verdict-matched')));
  });

  it('gives one punch when a twin delivery is settled between its two reads', async () => {
    let twinIsOut = false;
    const ledger = Object.assign(Object.create(door.ledger) as typeof door.ledger, {
      findPerson: async (personId: string, dates: readonly string[]) => {
        if (!twinIsOut) {
          twinIsOut = true;
          await door.run(event());
        }
        return door.ledger.findPerson(personId, dates);
      },
    });
    await door.run(event(), { ledger });
    expect(door.punches).toHaveLength(1);
    expect(door.verdicts.map(({ verdict }) => verdict)).toEqual(Array(2).fill(golden('verdict-matched')));
  });

  it('gives one punch when both attempts of its passage match', async () => {
    await door.run(event());
    await door.run(event({ attempt: 2 }));
    expect(door.punches).toHaveLength(1);
    expect(door.lastVerdict).toMatchObject({
      attempt: 2,
      outcome: 'matched',
      direction: 'in',
      reason: 'already_counted',
    });
  });

  it('lets a better second attempt supersede an unknown first one', async () => {
    door.found = faces(['p-ada', 95]);
    await door.run(event());
    door.found = faces(['p-ada', 99.9]);
    await door.run(event({ attempt: 2 }));
    expect(door.stored.map(({ outcome }) => outcome)).toEqual(['unknown', 'matched']);
    expect(door.punches).toHaveLength(1);
  });

  it('does not give a second person the punch of a passage that has one', async () => {
    door.ledger.people.set('p-bao', { ...ada, id: 'p-bao', name: 'Bao Sample' });
    await door.run(event());
    door.found = faces(['p-bao', 99.9]);
    await door.run(event({ attempt: 2 }));
    expect(door.punches.map(({ personId }) => personId)).toEqual(['p-ada']);
    expect(door.lastVerdict).toMatchObject({ outcome: 'ambiguous', reason: 'other_person_before' });
    expect(door.lastVerdict).not.toHaveProperty('name');
  });

  it('goes out after it came in, and comes to the same day when deliveries arrive in another order', async () => {
    const times = ['08:00:00', '12:00:00', '13:00:00'];
    const events = times.map((time, n) =>
      event({ passageId: passageId(n), capturedAt: `2026-11-23T${time}.000Z`, seq: n }),
    );
    for (const index of [2, 0, 1]) await door.run(events[index]);
    const byTime = door.punches.sort((a, b) => a.at.localeCompare(b.at));
    expect(byTime.map(({ direction }) => direction)).toEqual(['in', 'out', 'in']);
    expect([...door.ledger.days.values()]).toMatchObject([{ version: 3, state: 'in', since: byTime[2]?.at }]);
  });

  it('keeps a second passage within the duplicate period without counting it', async () => {
    await door.run(event());
    await door.run(event({ passageId: passageId(2), capturedAt: '2026-11-23T07:59:12.340Z' }));
    expect(door.punches).toMatchObject([
      { direction: 'in' },
      { direction: 'in', suppressedBy: first.passageId },
    ]);
    expect(door.lastVerdict).toMatchObject({
      outcome: 'matched',
      direction: 'in',
      reason: 'duplicate_punch',
    });
  });

  it('lets the earlier passage count when it is delivered after the later one', async () => {
    await door.run(event({ passageId: passageId(2), capturedAt: '2026-11-23T07:59:12.340Z' }));
    await door.run(event());
    expect(door.punch(passageId(2))).toMatchObject({ suppressedBy: first.passageId });
    expect(door.punch(String(first.passageId))).not.toHaveProperty('suppressedBy');
  });
});

describe('a sighting that names nobody', () => {
  it.each([
    ['nobody resembles', faces(), golden('verdict-unknown')],
    ['somebody resembles a little', faces(['p-ada', 98.9]), golden('verdict-unknown')],
    [
      'two people resemble',
      faces(['p-ada', 99.9], ['p-bao', 99.5]),
      { outcome: 'ambiguous', reason: 'several_people' },
    ],
    ['shows no face', { kind: 'no_face' } as const, { outcome: 'no_usable_face', reason: 'no_face_found' }],
    [
      'resembles a reference that nobody owns',
      faces(['p-gone', 99.9]),
      { outcome: 'unknown', reason: 'not_enrolled' },
    ],
  ])('when %s', async (_case, found, outcome) => {
    door.found = found;
    await door.run(event());
    expect(door.lastVerdict).toEqual({ v: 1, passageId: first.passageId, attempt: 1, ...outcome });
    expect(door.punches).toEqual([]);
  });

  it.each([
    ['without consent', { consent: undefined }, 'no_consent'],
    ['who has left', { status: 'left' }, 'has_left'],
    ['of another site', { site: 'depot' }, 'other_site'],
  ])('when it is a person %s', async (_case, change, reason) => {
    door.ledger.people.set(ada.id, JSON.parse(JSON.stringify({ ...ada, ...change })));
    await door.run(event());
    expect(door.lastVerdict).toEqual({
      v: 1,
      passageId: first.passageId,
      attempt: 1,
      outcome: 'unknown',
      reason,
    });
    expect(door.stored[0]).not.toHaveProperty('personId');
    expect(door.stored[0]).not.toHaveProperty('similarity');
  });

  it('does not name a person in a repeated verdict once their consent is gone', async () => {
    await door.run(event());
    const { consent: _, ...withdrawn } = ada;
    door.ledger.people.set(ada.id, withdrawn);
    await door.run(event());
    expect(door.lastVerdict).not.toHaveProperty('name');
  });
});

describe('threshold and margin', () => {
  const strict = { ...site, id: 'main', acceptSimilarity: 99.95, margin: 5 };

  it.each([
    ['accepts at one site', site, 'matched'],
    ['does not at another, which asks for more', strict, 'unknown'],
  ])('are the site’s own: the same face %s', async (_case, rules, outcome) => {
    await door.run(event(), { sites: sitesOf(rules) });
    expect(door.lastVerdict).toMatchObject({ outcome });
  });

  it('are the site’s own: a lead is wide enough at one site alone', async () => {
    door.found = faces(['p-ada', 99.97], ['p-bao', 96]);
    await door.run(event());
    expect(door.lastVerdict).toMatchObject({ outcome: 'matched' });
    await door.run(event({ passageId: passageId(2) }), { sites: sitesOf(strict) });
    expect(door.lastVerdict).toMatchObject({ outcome: 'ambiguous' });
  });
});

describe('a delivery that is refused', () => {
  it('is recorded and answered in one try, without a search', async () => {
    await door.run(event({ v: 2 }));
    expect(door.stored).toMatchObject([{ outcome: 'error', reason: 'sighting_not_valid', site: 'main' }]);
    expect(door.lastVerdict).toMatchObject({ outcome: 'error', reason: 'sighting_not_valid' });
    expect(door.searches).toBe(0);
  });

  it('is recorded without an answer when nothing tells what it was', async () => {
    await door.run(event({}, { sighting: undefined }));
    expect(door.stored).toMatchObject([{ outcome: 'error', reason: 'property_missing' }]);
    expect(door.verdicts).toEqual([]);
  });

  it('is recorded for a door that is not known, in no site’s list', async () => {
    await door.run(event({}, { thingName: 'rollcall-dev-stranger' }));
    expect(door.stored).toMatchObject([{ outcome: 'error', reason: 'unknown_door' }]);
    expect(door.stored[0]).not.toHaveProperty('site');
  });

  it('never tells a door the verdict of another door’s passage', async () => {
    const other = 'rollcall-dev-demo-2';
    door.ledger.doors.set(other, doorItem(other));
    await door.run(event());
    await door.run(event({}, { thingName: other }));
    await door.run(
      event({ attempt: 2 }, { thingName: other, receivedAt: Date.parse('2026-11-23T07:58:14.000Z') }),
    );
    expect(door.verdicts.map((sent) => sent.thing)).toEqual([thing]);
    expect(door.stored.map(({ reason }) => reason)).toEqual([
      undefined,
      'passage_of_another_door',
      'passage_of_another_door',
    ]);
  });
});

describe('a passage without a usable face', () => {
  const passage = golden('passage');

  it('is recorded once, with the door’s own reason', async () => {
    await door.run(passageEvent());
    await door.run(passageEvent());
    expect([...door.ledger.passages.values()]).toMatchObject([
      { outcome: 'no_usable_face', reason: passage.reason, passageId: passage.passageId, seq: 42 },
    ]);
    expect(door.searches).toBe(0);
    expect(door.metrics.sum('Sightings:no_usable_face')).toBe(1);
    expect(door.metrics.sum('Redelivered')).toBe(1);
  });

  it('is kept beside a sighting of the same passage, whose picture had to go', async () => {
    await door.run(event());
    await door.run(passageEvent({ passageId: first.passageId, reason: 'evicted', seq: 43 }));
    expect(door.stored).toMatchObject([{ outcome: 'matched', seq: 41 }]);
    expect([...door.ledger.passages.values()]).toMatchObject([{ reason: 'evicted', seq: 43 }]);
  });

  it('of another door is refused, and changes nothing of that passage', async () => {
    const other = 'rollcall-dev-demo-2';
    door.ledger.doors.set(other, doorItem(other));
    await door.run(event());
    await door.run(passageEvent({ passageId: first.passageId }, { thingName: other }));
    expect(door.stored.at(-1)).toMatchObject({
      reason: 'passage_of_another_door',
      seq: 42,
      door: { thing: other },
    });
    expect(door.ledger.passages.size).toBe(0);
  });
});
