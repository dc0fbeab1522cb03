import { expect, it } from 'vitest';
import { ada, site } from '../ingest/ingest-for-tests.ts';
import { tinyJpeg } from '../jpeg-for-tests.ts';
import { type CheckInDeps, makeCheckIn } from './check-in.ts';

it('a call that cannot be counted is logged, known to the guard, and costs nobody their punch', async () => {
  const warned: string[] = [];
  let bought = 0;
  const deps: CheckInDeps = {
    records: { hasFace: async () => true, isRecorded: async () => false, findCounted: async () => null },
    punches: {
      record: async ({ id, personId, at, via, source, site }) => ({
        kind: 'recorded',
        punch: { id, personId, at, via, source, site: site.id, direction: 'in' },
        repeated: false,
      }),
    },
    guard: {
      state: async () => 'ok',
      bought: () => {
        bought += 1;
      },
    },
    personLimit: { attempt: async () => 0 },
    countCall: () => Promise.reject(new Error('the table is out of reach')),
    detectFaces: async () => ({ kind: 'faces', sidesPx: [200] }),
    searchFaces: async () => ({ kind: 'faces', candidates: [{ personId: ada.id, similarity: 99.9 }] }),
    pictures: { store: async () => {} },
    log: { info: () => {}, warn: (event) => warned.push(event) },
    now: () => Date.parse('2026-11-23T08:00:00.000Z'),
  };
  const picture = { image: tinyJpeg(640, 480), width: 640, height: 480 };
  const { outcome } = await makeCheckIn(deps)({ person: ada, site, picture, via: 'auto' });
  expect([outcome, bought, warned]).toEqual(['matched', 2, ['usage.uncounted', 'usage.uncounted']]);
});
