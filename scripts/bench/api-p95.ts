import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { type RouteName, routes } from '#contract/routes.ts';
import { addDays } from '../../cloud/domain/local-time.ts';
import { enrol, type Installation, startInstallation } from '../../cloud/local/flow/installation.ts';
import { enrolmentCrop, samplePerson, usablePeople } from '../../device/camera/replay/sample-people.ts';
import { config } from '../../rollcall.config.ts';
import { ensureAssembly } from '../assembly.ts';
import { demoSite } from '../start/demo.ts';
import { load, pastItems, personId, siteItems } from './api-load.ts';
import { benchPin, timeWrites, type WriteNeeds, type WriteRoute } from './api-writes.ts';
import { type Measurement, percentile } from './figures.ts';

const people = 50;
const warmUp = 5;
const requests = 60;
/** A kiosk has thirty tries in a minute, and twenty pictures of a person are looked at in an hour. */
const writes = 20;
/** The API’s throttle lets 50 through. */
const perSecond = 40;

type GetRoute = { [N in RouteName]: (typeof routes)[N]['method'] extends 'GET' ? N : never }[RouteName];
/** What else a route needs: a place in its path, or query parameters that it insists on. */
type Needs = Readonly<Record<'site' | 'assignment' | 'holidays' | 'sub' | 'today' | 'shift', string>>;
const requestOf: Readonly<Partial<Record<GetRoute, (needs: Needs) => string>>> = {
  summary: () => '?period=month',
  exportCsv: ({ today }) => `?from=${addDays(today, -6)}&to=${today}`,
  exportJson: ({ today }) => `?from=${addDays(today, -6)}&to=${today}`,
};

const getRoutes = (Object.keys(routes) as RouteName[]).filter(
  (name): name is GetRoute => routes[name].method === 'GET',
);

const writeRoutes = (Object.keys(routes) as RouteName[]).filter(
  (name): name is WriteRoute => routes[name].method !== 'GET',
);

/**
 * How long each route takes through the local API Gateway and its function, one request after the other, at a site of fifty people
 * with a month of days. `api.p95_ms` is that of the slowest that reads: of those that write, one finds faces and another hashes PINs,
 * which is slow on purpose.
 */
export const apiP95: Measurement = {
  figures: ['api.p95_ms', ...[...getRoutes, ...writeRoutes].map((name) => `api.p95_ms.${name}`)],
  async measure(report) {
    await ensureAssembly((step) => process.stderr.write(`${step}\n`));
    const installation = await startInstallation();
    try {
      const needs = await prepare(installation);
      const all: number[] = [];
      for (const name of getRoutes) {
        const p95 = percentile(await timesOf(installation, name, needs), 0.95);
        all.push(p95);
        report({ name: `api.p95_ms.${name}`, value: round(p95), unit: 'ms' });
      }
      report({ name: 'api.p95_ms', value: round(Math.max(...all)), unit: 'ms' });
      await timeWrites(await prepareWrites(installation, needs), installation.as, {
        requests: writes,
        pause: () => sleep(1000 / perSecond),
        took: (name, times) =>
          report({ name: `api.p95_ms.${name}`, value: round(percentile(times, 0.95)), unit: 'ms' }),
      });
    } finally {
      await installation.stop();
    }
  },
};

const round = (value: number): number => Math.round(value * 10) / 10;

const timesOf = async ({ as }: Installation, name: GetRoute, needs: Needs): Promise<readonly number[]> => {
  const { path, allow } = routes[name];
  // Of the groups, the one that reaches most.
  const group = Object.keys(allow).at(-1) ?? 'any';
  const api = await as(group === 'any' ? 'staff' : group);
  const place = path.startsWith('/sites')
    ? needs.site
    : path.startsWith('/users')
      ? needs.sub
      : needs.holidays;
  const id = path.startsWith('/assignments') ? needs.assignment : place;
  const request = `${path.replace(/\{\w+\}/, id)}${requestOf[name]?.(needs) ?? ''}`;
  const times: number[] = [];
  for (let n = 0; n < warmUp + requests; n += 1) {
    await sleep(1000 / perSecond);
    const startedMs = performance.now();
    await api('GET', request);
    if (n >= warmUp) times.push(performance.now() - startedMs);
  }
  return times;
};

const Made = z.object({ id: z.string() });

/** A month of a site written straight into the table, and one of everything that has a route of its own. */
const prepare = async ({ cloud, hr, subs }: Installation): Promise<Needs> => {
  const today = new Date().toISOString().slice(0, 10);
  const client = new DynamoDBClient({
    endpoint: cloud.awsUrl,
    region: cloud.region,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const table = {
    client: DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } }),
    tableName: cloud.outputs.TableName ?? '',
  };
  await load(table, siteItems(demoSite, people, today));
  await load(table, pastItems(demoSite, people, today, { from: 1, to: 30 }, people));
  client.destroy();
  const sub = subs.get('staff') ?? '';
  await hr('PUT', `/users/${sub}`, { personId: personId(0), sites: [demoSite] });
  const make = async (path: string, body: object): Promise<string> =>
    Made.parse(await hr('POST', path, body)).id;
  const shift = await make('/shifts', { name: 'Day', start: '09:00', end: '17:00', site: demoSite });
  return {
    site: demoSite,
    sub,
    today,
    shift,
    assignment: await make('/assignments', {
      ...{ personId: personId(0), shift, site: demoSite },
      ...{ from: addDays(today, 1), to: null },
    }),
    holidays: await make('/holidays', {
      ...{ id: 'bench', name: 'Holidays', holidays: [{ date: addDays(today, 1), name: 'Holiday' }] },
    }),
  };
};

/** A person whom the demo's staff user is from now on, with a face and a PIN. */
const prepareWrites = async (
  { hr, subs }: Installation,
  { site: id, shift, today }: Needs,
): Promise<WriteNeeds> => {
  const sample = usablePeople()[0]?.id ?? '';
  const { id: person, number } = await enrol(hr, sample, 'Ada Example');
  await hr('PUT', `/people/${person}/pin`, { pin: benchPin });
  await hr('PUT', `/users/${subs.get('staff')}`, { personId: person, sites: [id] });
  await hr('PUT', `/users/${subs.get('kiosk')}`, { personId: null, sites: [id] });
  const site = config.sites.find((one) => one.id === id);
  if (site === undefined) throw new Error(`rollcall.config.ts has no site ${id}; bring it back`);
  const picture = await enrolmentCrop(samplePerson(sample));
  return { site, person, number, shift, today, bystander: subs.get('manager') ?? '', picture };
};
