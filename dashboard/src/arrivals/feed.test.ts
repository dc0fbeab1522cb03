import { describe, expect, it } from 'vitest';
import { punchAt, sightingAt } from './examples-for-tests.ts';
import {
  arrivalsSince,
  entriesOf,
  type Feed,
  hasOlder,
  olderCursors,
  withNewest,
  withOlder,
} from './feed.ts';
import { rowOf } from './words.ts';

const all = <T>(...items: T[]) => ({ items, next: null });
const page = <T>(next: string, ...items: T[]) => ({ items, next });
const idsOf = (feed: Feed) => entriesOf(feed).map(({ id }) => id);

describe('the feed', () => {
  it('shows somebody who came again too soon to count, and no matched sighting beside its own punch', () => {
    const ada = { id: 'p-1', name: 'Ada Example' };
    const matched = { outcome: 'matched', person: ada } as const;
    const feed = {
      punches: { items: [punchAt(10, { id: 'passage-10' })], next: null },
      sightings: {
        items: [
          sightingAt(20, { ...matched, reason: 'duplicate_punch' }),
          sightingAt(10, { ...matched, reason: null }),
        ],
        next: null,
      },
    };
    expect(entriesOf(feed).map(({ kind, id }) => `${kind} ${id}`)).toEqual([
      'sighting passage-20/1',
      'punch passage-10',
    ]);
    expect(entriesOf(feed).map((entry) => rowOf(entry))).toMatchObject([
      { tone: 'again', label: 'Seen again', person: 'Ada Example', note: 'counted moments before' },
      { person: 'Ada Example', label: 'In' },
    ]);
  });

  it('shows punches and sightings in one order, newest first', () => {
    const feed = withNewest(undefined, all(punchAt(50), punchAt(10)), all(sightingAt(30)));
    expect(idsOf(feed)).toEqual(['punch-50', 'passage-30/1', 'punch-10']);
  });

  it('tells of a passage once: by its punch, not by its sightings', () => {
    const feed = withNewest(
      undefined,
      all(punchAt(20, { id: 'passage-20' })),
      all(
        sightingAt(20, { attempt: 2, outcome: 'matched' }),
        sightingAt(20, { attempt: 1, outcome: 'unknown' }),
      ),
    );
    expect(idsOf(feed)).toEqual(['passage-20']);
  });

  it('shows the second attempt of a passage that stayed unknown, not both', () => {
    const feed = withNewest(undefined, all(), all(sightingAt(20, { attempt: 2 }), sightingAt(20)));
    expect(idsOf(feed)).toEqual(['passage-20/2']);
  });

  it('shows people who may see only punches their punches', () => {
    expect(idsOf(withNewest(undefined, all(punchAt(1)), null))).toEqual(['punch-1']);
  });

  it('waits with what is older than the other list has been read to', () => {
    const feed = withNewest(
      undefined,
      page('p2', punchAt(50), punchAt(40)),
      all(sightingAt(45), sightingAt(5)),
    );
    expect(idsOf(feed)).toEqual(['punch-50', 'passage-45/1', 'punch-40']);
    expect(olderCursors(feed)).toEqual({ punches: 'p2', sightings: null });
    const older = withOlder(feed, all(punchAt(3)), null);
    expect(idsOf(older)).toEqual(['punch-50', 'passage-45/1', 'punch-40', 'passage-5/1', 'punch-3']);
    expect(hasOlder(older)).toBe(false);
  });

  it('keeps older entries that were loaded when a refresh brings the newest', () => {
    const first = withNewest(undefined, page('p2', punchAt(40), punchAt(30)), null);
    const more = withOlder(first, page('p3', punchAt(20), punchAt(10)), null);
    const next = withNewest(more, page('p2', punchAt(50), punchAt(40)), null);
    expect(idsOf(next)).toEqual(['punch-50', 'punch-40', 'punch-30', 'punch-20', 'punch-10']);
    expect(olderCursors(next).punches).toBe('p3');
  });

  it('drops a punch that was taken back', () => {
    const first = withNewest(undefined, page('p2', punchAt(40), punchAt(30), punchAt(20)), null);
    const next = withNewest(first, page('p2', punchAt(40), punchAt(20), punchAt(10)), null);
    expect(idsOf(next)).toEqual(['punch-40', 'punch-20', 'punch-10']);
  });

  it('starts over when more arrived than fits a page, instead of hiding a gap', () => {
    const first = withNewest(undefined, page('p2', punchAt(10), punchAt(5)), null);
    const next = withNewest(first, page('n2', punchAt(50), punchAt(40)), null);
    expect(idsOf(next)).toEqual(['punch-50', 'punch-40']);
    expect(olderCursors(next).punches).toBe('n2');
  });

  it('announces only what is new and newer', () => {
    const before = entriesOf(withNewest(undefined, all(punchAt(20)), null));
    const after = entriesOf(withNewest(undefined, all(punchAt(30), punchAt(20), punchAt(10)), null));
    expect(arrivalsSince(before, after).map(({ id }) => id)).toEqual(['punch-30']);
  });
});
