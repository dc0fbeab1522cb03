import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Person } from '#contract/api.ts';
import { addDays } from '../../cloud/domain/local-time.ts';
import { Shift } from '../../cloud/domain/schedule/shift.ts';
import { instantOf } from '../../cloud/domain/schedule/wall-time.ts';
import { Site } from '../../cloud/domain/site.ts';
import { makeOverviews } from '../../cloud/functions/days/overviews.ts';
import { assignmentItem, leaveItem } from '../../cloud/functions/schedule/schedule-store.ts';
import { calendarOn } from '../../cloud/functions/sites/calendar-on.ts';
import type { SiteRecord } from '../../cloud/functions/sites/site-directory.ts';
import { inSiteResults, resultKey } from '../../cloud/functions/table/attendance-keys.ts';
import { dayKey, inSiteDays, inSiteTimeline, punchKey } from '../../cloud/functions/table/keys.ts';
import { DatedCalendar, type StoredSite } from '../../cloud/functions/table/schedule-items.ts';
import { siteKey } from '../../cloud/functions/table/schedule-keys.ts';
import type { ApiClient } from '../api-client.ts';
import { demoHours } from './demo-habits.ts';
import { createDemoWeeks, type DemoWeeks, firstDemoDate, forgottenDate } from './demo-history.ts';

type PastOptions = {
  readonly cloud: { readonly awsUrl: string; readonly region: string };
  readonly tableName: string;
  readonly site: string;
  readonly people: readonly Person[];
  readonly door: { readonly thing: string; readonly name: string };
  readonly hr: ApiClient;
  /** The first of the people. */
  readonly staff: ApiClient;
  /** Epoch milliseconds. */
  readonly nowMs: number;
};

/**
 * Gives the demo people hours and some weeks of attendance, so that week and month are full at the first look. Nobody can walk
 * through a door in the past, and the API takes nothing that reaches back into closed periods: so all but shifts and holidays is
 * written straight into the table, with the key of the local account's administrator, and derived here by the product's own rules.
 * It may be repeated after an interruption, and must be over before a door reports. Then one correction is asked for, which waits.
 */
export async function seedDemoPast(options: PastOptions): Promise<void> {
  const { cloud, tableName, people, door, hr, staff, nowMs } = options;
  const site = await findSite(hr, options.site);
  const holidays = await makeHolidays(hr, firstDemoDate(nowMs, site.timeZone));
  const shifts = { day: await makeShift(hr, site.id, 'day'), night: await makeShift(hr, site.id, 'night') };
  // So many days of grace that all of the demo's weeks can still be corrected.
  const dated = DatedCalendar.parse({ from: '2000-01-01', holidayLists: [holidays.id], lockGraceDays: 60 });
  const stored: StoredSite = { id: site.id, calendars: [dated], version: 1 };
  const record: SiteRecord = { site, configured: true, calendars: [dated], version: 1 };
  const calendar = calendarOn(record, dated.from);
  const weeks = people.map((person, place) =>
    createDemoWeeks(person, place, { site, calendar, shifts, holidays, door, nowMs }),
  );

  const client = new DynamoDBClient({
    endpoint: cloud.awsUrl,
    region: cloud.region,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const table = {
    client: DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } }),
    tableName,
  };
  try {
    const items = [{ ...siteKey(site.id), ...stored }, ...weeks.flatMap(demoItems)];
    for (let first = 0; first < items.length; first += batchSize) {
      const requests = items.slice(first, first + batchSize).map((Item) => ({ PutRequest: { Item } }));
      await table.client.send(new BatchWriteCommand({ RequestItems: { [tableName]: requests } }));
    }
    const sites = { find: async () => record };
    const overviews = makeOverviews({ table, sites, now: () => nowMs });
    const results = weeks.flatMap((one) => one.results);
    const madeAt = new Date(nowMs).toISOString();
    for (const date of new Set(results.map((result) => result.date))) {
      const ofDate = results.filter((result) => result.date === date);
      await overviews.store(site.id, date, ofDate, madeAt);
    }
  } finally {
    client.destroy();
  }
  await askForForgotten(staff, site.timeZone, nowMs);
}

/** Asks for what the first of the people forgot, as they would; it waits for a manager then. */
const askForForgotten = async (staff: ApiClient, timeZone: string, nowMs: number): Promise<void> => {
  const at = instantOf(forgottenDate(nowMs, timeZone), demoHours.day.end, timeZone, 'end');
  const change = { action: 'add', at, direction: 'out' };
  await staff('POST', '/corrections', { change, reason: 'Forgot to check out' }).catch(unlessThere);
};

/** DynamoDB takes so many items at once. */
const batchSize = 25;

/** Every item of somebody's weeks. Claims and marks are left out: nobody delivers these punches again, and they are derived. */
export const demoItems = ({
  assignment,
  leaves,
  punches,
  days,
  results,
}: DemoWeeks): Record<string, unknown>[] => [
  assignmentItem(assignment),
  ...leaves.map(leaveItem),
  ...punches.map((punch) => ({
    ...punchKey(punch.personId, punch.at, punch.id),
    ...punch,
    ...inSiteTimeline(punch.site, 'PUNCHES', punch.at, punch.id),
  })),
  ...days.map((day) => ({
    ...dayKey(day.personId, day.date),
    ...day,
    ...inSiteDays(day.site, day.date, day.personId),
  })),
  ...results.map((result) => ({
    ...resultKey(result.personId, result.date),
    ...result,
    ...inSiteResults(result.site, result.date, result.figures.status, result.personId),
  })),
];

const Sites = z.object({ items: z.array(z.object(Site.shape)) });
const Shifts = z.object({ items: z.array(z.object(Shift.shape)) });

const findSite = async (hr: ApiClient, wanted: string): Promise<Site> => {
  const site = Sites.parse(await hr('GET', '/sites')).items.find(({ id }) => id === wanted);
  if (site === undefined) throw new Error(`the demo’s HR does not reach the site ${wanted}`);
  return site;
};

/** A list with one date in the demo's weeks and one ahead. */
const makeHolidays = async (hr: ApiClient, from: string) => {
  const holidays = {
    id: 'demo',
    name: 'Holidays of the demo',
    holidays: [
      { date: addDays(from, 16), name: 'Founders’ day' },
      { date: addDays(from, 49), name: 'Outing' },
    ],
  };
  await hr('POST', '/holidays', holidays).catch(unlessThere);
  return holidays;
};

const shiftRules = {
  day: {
    name: 'Day',
    halfDayBelowMinutes: 300,
    absentBelowMinutes: 60,
    breaks: [{ start: '12:30', minutes: 30, paid: false }],
  },
  night: { name: 'Night', windowAfterMinutes: 120 },
};

const makeShift = async (hr: ApiClient, site: string, kind: 'day' | 'night'): Promise<Shift> => {
  const { start, end } = demoHours[kind];
  const rules = { ...shiftRules[kind], start, end, graceLateMinutes: 5, graceEarlyMinutes: 5 };
  const { items } = Shifts.parse(await hr('GET', `/shifts?site=${site}`));
  const known = items.find(({ name }) => name === rules.name);
  return known ?? z.object(Shift.shape).parse(await hr('POST', '/shifts', { site, ...rules }));
};

/** A start that was interrupted has made it already. */
const unlessThere = (error: unknown): void => {
  if (!(error instanceof Error && 'status' in error && error.status === 409)) throw error;
};
