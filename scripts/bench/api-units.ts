import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { makeAttendanceApi } from '../../cloud/functions/attendance/attendance-api.ts';
import { dueKey, overviewKey } from '../../cloud/functions/table/attendance-keys.ts';
import type { TableAccess } from '../../cloud/functions/table/batch-get.ts';
import { userKey } from '../../cloud/functions/table/keys.ts';
import { makeDynamoDb } from '../../cloud/local/dynamodb/dynamodb.ts';
import { serveForTests } from '../../cloud/local/serve-for-tests.ts';
import { config } from '../../rollcall.config.ts';
import { everybodyUpTo, load, pastItems, personId, shownPeople, siteItems } from './api-load.ts';
import { countCapacity } from './count-capacity.ts';
import type { Figure, Measurement } from './figures.ts';

const today = '2026-11-23';
const nowMs = Date.parse(`${today}T17:30:00.000Z`);
const sizes = [50, 5_000, 50_000] as const;
/** Days of the past that are there after so many months. */
const levels = [
  { months: 1, from: 1, to: 30 },
  { months: 3, from: 31, to: 92 },
  { months: 24, from: 93, to: 730 },
] as const;
const silent = { info: () => {}, warn: () => {}, error: () => {} };

type Page = {
  readonly name: string;
  readonly group: 'staff' | 'hr';
  readonly path: string;
  /** Shows or sums up everybody of the site, so that it is measured up to so many people and compared by the row. */
  readonly upTo?: number;
};

/** What the dashboard asks for, page by page; a list shows fifty rows. */
const pages: readonly Page[] = [
  { name: 'my_days', group: 'staff', path: '/attendance/days' },
  { name: 'my_month', group: 'staff', path: '/attendance/summary?period=month' },
  { name: 'person_days', group: 'hr', path: `/attendance/days?person=${personId(0)}` },
  { name: 'site_date', group: 'hr', path: `/attendance/days?from=${today}&to=${today}` },
  { name: 'site_days', group: 'hr', path: '/attendance/days' },
  { name: 'site_late', group: 'hr', path: '/attendance/days?status=late' },
  { name: 'site_absent', group: 'hr', path: '/attendance/days?status=absent' },
  { name: 'site_month', group: 'hr', path: '/attendance/summary?period=month' },
  // The last month whole, beside the one before it: what is asked for when a month has ended.
  { name: 'my_month_end', group: 'staff', path: '/attendance/summary?period=month&date=2026-10-31' },
  { name: 'site_month_end', group: 'hr', path: '/attendance/summary?period=month&date=2026-10-31' },
  { name: 'site_week', group: 'hr', path: '/attendance/summary?period=week' },
  { name: 'overview', group: 'hr', path: '/attendance/overview' },
  { name: 'punches', group: 'hr', path: '/attendance/punches' },
  { name: 'sightings', group: 'hr', path: '/sightings' },
  { name: 'corrections', group: 'hr', path: '/corrections?state=waiting' },
  { name: 'overview_remade', group: 'hr', path: '/attendance/overview', upTo: everybodyUpTo },
  { name: 'arrivals', group: 'hr', path: '/attendance/now', upTo: everybodyUpTo },
  {
    name: 'export',
    group: 'hr',
    path: `/attendance/export.json?from=${today}&to=${today}`,
    upTo: everybodyUpTo,
  },
];
type Cost = { readonly requests: number; readonly units: number; readonly rows: number };

/**
 * What each page of the dashboard asks of the table, by DynamoDB’s own count, at sites of several sizes after one month and after two
 * years: the attendance function as it is deployed, over a local table. What cannot matter is not loaded: a query reads one
 * partition, so two years are there for the site’s sums and for one person, a month for those whom pages show, today for everybody.
 *
 * `api.units.per_row`: the most read units that a row of any list costs, all of the request counted in. `api.units.months`: how much
 * more any page costs after two years than after three months; in the first weeks a summary has no month before to read.
 * `api.units.people`: how much more at 50,000 people than at 5,000; of pages that are about everybody, by the row, at 5,000 than at
 * 50. At 50 people a page of fifty rows holds fewer people, so it costs less.
 */
export const apiUnits: Measurement = {
  figures: [
    'api.units.per_row',
    'api.units.months',
    'api.units.people',
    'api.requests.most',
    ...pages.flatMap(({ name, upTo = 50_000 }) =>
      sizes
        .filter((people) => people <= upTo)
        .flatMap((people) => levels.map(({ months }) => `api.units.${name}.${people}x${months}`)),
    ),
  ],
  async measure(report) {
    const stateDir = mkdtempSync(path.join(os.tmpdir(), 'rollcall-bench-api-'));
    try {
      const costs = new Map<string, Cost>();
      for (const people of sizes) await measureSite(path.join(stateDir, String(people)), people, costs);
      summarise(costs, report);
    } finally {
      rmSync(stateDir, { recursive: true, force: true });
    }
  },
};

const measureSite = async (stateDir: string, people: number, costs: Map<string, Cost>): Promise<void> => {
  const dynamoDb = makeDynamoDb({ stateDir, now: () => nowMs, log: { info() {}, warn() {} } });
  await dynamoDb.start();
  const server = await serveForTests(dynamoDb.service);
  const { table, used, close } = await openTable({ ...server.config, maxAttempts: 5 });
  try {
    const site = config.sites[0]?.id ?? '';
    await load(table, [
      { ...userKey('hr'), sites: [site] },
      { ...userKey('staff'), sites: [site], personId: personId(0) },
    ]);
    await load(table, siteItems(site, people, today));
    for (const { months, ...range } of levels) {
      await load(table, pastItems(site, people, today, range, months === 1 ? shownPeople : 1));
      for (const page of pages.filter(({ upTo = people }) => people <= upTo))
        costs.set(`${page.name}.${people}x${months}`, await costOf(page, { table, used, site }));
    }
  } finally {
    close();
    await server.close();
    await dynamoDb.stop();
  }
};

/** Of an eventually consistent read. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html */
const leastUnits = 0.5;

type Used = { requests: number; units: number };

const costOf = async (
  { name, group, path: route }: Page,
  { table, used, site }: { readonly table: TableAccess; readonly used: Used; readonly site: string },
): Promise<Cost> => {
  const remade = name === 'overview_remade';
  if (remade) {
    const due = { site, date: today, token: 'bench', at: new Date(nowMs).toISOString() };
    await table.client.send(
      new PutCommand({ TableName: table.tableName, Item: { ...dueKey(site, today), ...due } }),
    );
    // One that was made a moment ago would be good enough.
    await table.client.send(new DeleteCommand({ TableName: table.tableName, Key: overviewKey(site, today) }));
  }
  const app = makeAttendanceApi({
    ...{ table, configuredSites: config.sites, budget: config.searches, log: silent },
    now: () => nowMs,
  });
  const claims = {
    sub: group,
    username: group,
    token_use: 'access',
    scope: 'rollcall/read',
    'cognito:groups': `[${group}]`,
  };
  const event = { requestContext: { authorizer: { jwt: { claims } } } };
  const ask = () => app.request(`/api/v1${route}`, {}, { event } as never);
  // The first request reads the sites, which a warm function remembers.
  if (!remade) await ask();
  Object.assign(used, { requests: 0, units: 0 });
  const answer = await ask();
  const cost = { ...used };
  if (remade)
    await table.client.send(new DeleteCommand({ TableName: table.tableName, Key: dueKey(site, today) }));
  if (!answer.ok) throw new Error(`${route} answered ${answer.status}`);
  const body = (await answer.json()) as {
    items?: unknown[];
    in?: number;
    out?: number;
    totals?: { people: number };
  };
  return { ...cost, rows: body.items?.length ?? summedUp(name, body) };
};

/** What sums up everybody of a site reads a row of everybody, however few it names. */
const summedUp = (
  name: string,
  { in: inside = 0, out = 0, totals }: { in?: number; out?: number; totals?: { people: number } },
): number => {
  if (name === 'arrivals') return inside + out;
  return name === 'overview_remade' ? (totals?.people ?? 0) : 1;
};

const summarise = (costs: ReadonlyMap<string, Cost>, report: (figure: Figure) => void): void => {
  const round = (value: number): number => Math.round(value * 1000) / 1000;
  for (const [name, { units, requests, rows }] of costs) {
    process.stderr.write(`${name}: ${requests} requests, ${round(units)} read units, ${rows} rows\n`);
    report({ name: `api.units.${name}`, value: round(units), unit: 'RCU' });
  }
  const unitsOf = (name: string): number => costs.get(name)?.units ?? Number.NaN;
  const perRow = (name: string): number => unitsOf(name) / (costs.get(name)?.rows ?? Number.NaN);
  const lists = [...costs].filter(([, { rows }]) => rows >= 30);
  const months = [...costs.keys()]
    .filter((name) => name.endsWith('x3'))
    .map((name) => unitsOf(name.replace(/x3$/, 'x24')) / unitsOf(name));
  const people = pages.map(({ name, upTo }) =>
    upTo === undefined
      ? unitsOf(`${name}.50000x24`) / unitsOf(`${name}.5000x24`)
      : perRow(`${name}.${upTo}x1`) / perRow(`${name}.50x1`),
  );
  report({
    name: 'api.units.per_row',
    value: round(Math.max(...lists.map(([name]) => perRow(name)))),
    unit: 'RCU/row',
  });
  report({ name: 'api.units.months', value: round(Math.max(...months)), unit: 'ratio' });
  report({ name: 'api.units.people', value: round(Math.max(...people)), unit: 'ratio' });
  const shown = [...costs].filter(([name]) =>
    pages.some((page) => page.upTo === undefined && name.startsWith(`${page.name}.`)),
  );
  report({
    name: 'api.requests.most',
    value: Math.max(...shown.map(([, { requests }]) => requests)),
    unit: 'requests/page',
  });
};

const openTable = async (connection: object) => {
  const used: Used = { requests: 0, units: 0 };
  const client = new DynamoDBClient(connection);
  countCapacity(client, (_, units) => {
    used.requests += 1;
    // The local table asks nothing for a query that finds nothing; DynamoDB asks for the least that there is.
    used.units += Math.max(units, leastUnits);
  });
  const key = (name: string) => [
    { AttributeName: `${name}pk`, KeyType: 'HASH' as const },
    { AttributeName: `${name}sk`, KeyType: 'RANGE' as const },
  ];
  const tableName = 'rollcall';
  await client.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: key(''),
      AttributeDefinitions: ['pk', 'sk', 'gsi1pk', 'gsi1sk', 'gsi2pk', 'gsi2sk'].map((AttributeName) => ({
        AttributeName,
        AttributeType: 'S' as const,
      })),
      GlobalSecondaryIndexes: ['gsi1', 'gsi2'].map((IndexName) => ({
        IndexName,
        KeySchema: key(IndexName),
        Projection: { ProjectionType: 'ALL' as const },
      })),
    }),
  );
  const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  return { table: { client: documents, tableName }, used, close: () => client.destroy() };
};
