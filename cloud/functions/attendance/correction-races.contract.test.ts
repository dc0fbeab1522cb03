import { expect, it } from 'vitest';
import { nowMs, sites } from '../api-for-tests.ts';
import { makeSchedules } from '../days/schedules.ts';
import { newScheduleId } from '../schedule/new-schedule-id.ts';
import { makeSiteDirectory } from '../sites/site-directory.ts';
import { makeCorrectionLists } from './correction-lists.ts';
import { makeCorrectionsEndpoints } from './corrections-endpoints.ts';
import { CorrectionsForTests, forgotten } from './corrections-for-tests.ts';
import { type CorrectionStore, makeDynamoCorrections } from './corrections-store.ts';
import { makeDynamoRecords } from './records.ts';

const world = new CorrectionsForTests();
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
    newId: () => newScheduleId(nowMs),
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
