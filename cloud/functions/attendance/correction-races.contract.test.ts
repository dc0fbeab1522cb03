import { describe, expect, it } from 'vitest';
import type { Change } from '#contract/correction.ts';
import { nowMs, sites } from '../api-for-tests.ts';
import { makeSchedules } from '../days/schedules.ts';
import { makeSiteDirectory } from '../sites/site-directory.ts';
import { correctionsPrefix } from '../table/attendance-keys.ts';
import { newSortableId } from '../table/sortable-id.ts';
import { makeCorrectionLists } from './correction-lists.ts';
import { makeCorrectionsEndpoints } from './corrections-endpoints.ts';
import { CorrectionsForTests, forgotten, named } from './corrections-for-tests.ts';
import { type CorrectionStore, makeDynamoCorrections } from './corrections-store.ts';
import { makeDynamoRecords } from './records.ts';

const world = new CorrectionsForTests();
const { staff, manager, hr } = world;
const statuses = (answers: readonly { readonly status: number }[]) =>
  answers.map(({ status }) => status).sort();
const together = 4;

/** How many of several who ask for the same at once are told that it was taken; all have read the log before any appends. */
const takenBy = async (store: CorrectionStore): Promise<number> => {
  const table = world.api.table.access();
  const directory = makeSiteDirectory({ table, configured: sites, now: () => nowMs });
  let read = 0;
  const { requestCorrection } = makeCorrectionsEndpoints({
    corrections: {
      ...store,
      async readLog(personId) {
        const log = await store.readLog(personId);
        read += 1;
        await expect.poll(() => read).toBeGreaterThanOrEqual(together);
        return log;
      },
    },
    correctionLists: makeCorrectionLists(table),
    records: makeDynamoRecords(table),
    sites: directory,
    schedules: makeSchedules({ table, sites: directory }),
    keeper: { refresh: async () => 0 },
    newId: () => newSortableId(nowMs),
    now: () => nowMs,
    log: { info: () => {}, warn: () => {}, error: () => {} },
  });
  const caller = { sub: 'sub-staff', username: 'staff', groups: ['staff' as const], scopes: [] };
  const ask = () =>
    requestCorrection.answer({
      access: { caller, reach: 'self', link: { sites: ['main'], personId: world.ada } },
      params: {},
      query: {},
      contentType: 'application/json',
      ifMatch: undefined,
      bytes: async () => Buffer.from(JSON.stringify({ change: forgotten, reason: 'forgot' })),
    });
  const answers = await Promise.allSettled(Array.from({ length: together }, ask));
  return answers.filter(({ status }) => status === 'fulfilled').length;
};

describe('a correction asked for at the same moment as others', () => {
  it('takes what is asked many times at once a single time', async () => {
    expect(await takenBy(makeDynamoCorrections(world.api.table.access()))).toBe(1);
  });

  it('would take it every time if an entry were appended to a log that has grown since it was read', async () => {
    const store = makeDynamoCorrections(world.api.table.access());
    const careless: CorrectionStore = {
      ...store,
      async append(added, _read, personSite) {
        let outcome: Awaited<ReturnType<typeof store.append>>;
        do outcome = await store.append(added, await store.readLog(world.ada), personSite);
        while (outcome === 'raced');
        return outcome;
      },
    };
    expect(await takenBy(careless)).toBe(together);
  });

  it('for different things at once asks for all of them', async () => {
    const at = (n: number): Change => ({ ...forgotten, at: `2026-11-23T15:30:0${n}.000Z` }) as Change;
    const answers = await Promise.all([1, 2, 3, 4].map((n) => world.ask(staff, at(n))));
    expect(statuses(answers)).toEqual([201, 201, 201, 201]);
    expect((await world.list(staff)).items).toHaveLength(4);
  });
});

describe('a correction decided at the same moment', () => {
  it('by two at once is decided by the first', async () => {
    for (let n = 0; n < 5; n += 1) {
      const at = `2026-11-23T15:3${n}:00.000Z`;
      const asked = await world.asked(staff, { ...forgotten, at } as Change);
      const both = await Promise.all([
        world.decide(manager, asked, 'approved'),
        world.decide(hr, asked, 'refused'),
      ]);
      expect(statuses(both)).toEqual([200, 409]);
      const winner = both.find(({ status }) => status === 200)?.body as { state: string };
      expect(both.find(({ status }) => status === 409)).toMatchObject({
        body: { detail: expect.stringContaining(`was ${winner.state} already`) },
      });
      expect(await world.ofAda(`${correctionsPrefix}${asked.id}#decided`)).toHaveLength(1);
    }
  });

  it('approves only one of two that change the same punch, even at once; the other can be refused', async () => {
    const punch = named(await world.punch());
    const gone = await world.asked(staff, { action: 'void', punch });
    const moved = await world.asked(staff, { action: 'retime', punch, to: '2026-11-23T07:55:00.000Z' });
    const both = await Promise.all([
      world.decide(manager, gone, 'approved'),
      world.decide(hr, moved, 'approved'),
    ]);
    expect(statuses(both)).toEqual([200, 409]);
    const [loser, who] = both[0]?.status === 409 ? [gone, manager] : [moved, hr];
    expect(await world.decide(who, loser, 'approved')).toMatchObject({
      status: 409,
      body: { detail: expect.stringMatching(/changed by another correction/) },
    });
    expect((await world.decide(who, loser, 'refused')).status).toBe(200);
  });
});
