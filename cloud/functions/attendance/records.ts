import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Instant } from '#contract/names.ts';
import { batchGet, type TableAccess } from '../table/batch-get.ts';
import { StoredDay, StoredPerson, StoredPunch, StoredSighting } from '../table/items.ts';
import {
  personKey,
  position,
  punchKey,
  punchSortKey,
  siteDaysPartition,
  siteTimelinePartition,
} from '../table/keys.ts';
import { queryAll } from '../table/query-all.ts';
import { queryIndex } from '../table/query-index.ts';
import { type Page, type PositionRange, readPage } from '../table/read-page.ts';
import { monthsBetween } from './months.ts';
import type { Whereabouts } from './who-is-in.ts';

type ListRequest<T> = {
  readonly range: PositionRange;
  readonly after: string | null;
  readonly limit: number;
  readonly keep?: (item: T) => boolean;
};

/** What the attendance function reads. Lists are newest first. */
export interface Records {
  findPeople(ids: readonly string[]): Promise<ReadonlyMap<string, StoredPerson>>;
  punchesOfSite(site: string, request: ListRequest<StoredPunch>): Promise<Page<StoredPunch>>;
  punchesOfPerson(personId: string, request: ListRequest<StoredPunch>): Promise<Page<StoredPunch>>;
  sightingsOfSite(site: string, request: ListRequest<StoredSighting>): Promise<Page<StoredSighting>>;
  /** Punches by their place, by id; those that are not there are left out. Cheap where they are of one site and close in time. */
  punchesBehind(
    site: string,
    named: readonly { readonly personId: string; readonly at: Instant; readonly id: string }[],
  ): Promise<ReadonlyMap<string, StoredPunch>>;
  /** Of everybody who was seen at a site on a date, without their names. */
  whereabouts(site: string, date: string): Promise<readonly Whereabouts[]>;
}

const DayInBrief = StoredDay.pick({ personId: true, state: true, since: true });

const punchPosition = (punch: StoredPunch): string => position(punch.at, punch.id);
const sightingPosition = (sighting: StoredSighting): string =>
  position(sighting.capturedAt, `${sighting.passageId}#${sighting.attempt}`);

export const makeDynamoRecords = (table: TableAccess): Records => {
  const timeline =
    (site: string, list: 'PUNCHES' | 'SIGHTINGS') => (month: string, range: PositionRange, n: number) =>
      queryIndex(table, siteTimelinePartition(site, list, month), range, n);

  return {
    async findPeople(ids) {
      const items = await batchGet(table, [...new Set(ids)].map(personKey), 'maybeOld');
      return new Map(items.map((item) => StoredPerson.parse(item)).map((person) => [person.id, person]));
    },

    punchesOfSite: (site, request) =>
      readPage({
        ...request,
        partitions: monthsBetween(request.range, request.after),
        query: async (month, range, n) => (await timeline(site, 'PUNCHES')(month, range, n)).map(toPunch),
        positionOf: punchPosition,
      }),

    punchesOfPerson: (personId, request) =>
      readPage({
        ...request,
        partitions: [personId],
        query: async (id, range, n) => (await queryPunches(table, id, range, n)).map(toPunch),
        positionOf: punchPosition,
      }),

    sightingsOfSite: (site, request) =>
      readPage({
        ...request,
        partitions: monthsBetween(request.range, request.after),
        query: async (month, range, n) =>
          (await timeline(site, 'SIGHTINGS')(month, range, n)).map((item) => StoredSighting.parse(item)),
        positionOf: sightingPosition,
      }),

    async punchesBehind(site, named) {
      const found = new Map<string, StoredPunch>();
      const keep = (items: readonly unknown[]): void => {
        for (const punch of items.map(toPunch)) found.set(punch.id, punch);
      };
      const instants = named.map(({ at }) => at).sort();
      const [from, to] = [instants[0], instants.at(-1)];
      if (from === undefined || to === undefined) return found;
      const range = { from, to: position(to, '~') };
      for (const month of monthsBetween(range, null))
        keep(await queryWholeRange(table, siteTimelinePartition(site, 'PUNCHES', month), range));
      // Those of another site, and those that the index does not have yet.
      const others = named.filter(({ id }) => !found.has(id));
      keep(
        await batchGet(
          table,
          others.map(({ personId, at, id }) => punchKey(personId, at, id)),
        ),
      );
      return found;
    },

    async whereabouts(site, date) {
      const items = await queryAll(table, {
        IndexName: 'gsi1',
        KeyConditionExpression: 'gsi1pk = :partition',
        ProjectionExpression: 'personId, #state, #since',
        ExpressionAttributeNames: { '#state': 'state', '#since': 'since' },
        ExpressionAttributeValues: { ':partition': siteDaysPartition(site, date) },
      });
      return items.flatMap((item) => {
        const { personId, state, since } = DayInBrief.parse(item);
        return state === null || since === null ? [] : [{ personId, state, since }];
      });
    },
  };
};

/** Every item of one partition of `gsi1` within a range of positions. */
const queryWholeRange = (
  table: TableAccess,
  partition: string,
  { from, to }: PositionRange,
): Promise<readonly Record<string, unknown>[]> =>
  queryAll(table, {
    IndexName: 'gsi1',
    KeyConditionExpression: 'gsi1pk = :partition AND gsi1sk BETWEEN :from AND :to',
    ExpressionAttributeValues: { ':partition': partition, ':from': from, ':to': to },
  });

const toPunch = (item: unknown): StoredPunch => StoredPunch.parse(item);

const queryPunches = async (
  { client, tableName }: TableAccess,
  personId: string,
  range: PositionRange,
  limit: number,
): Promise<readonly Record<string, unknown>[]> => {
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName: tableName,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: {
        ':pk': personKey(personId).pk,
        ':from': punchSortKey(range.from),
        ':to': punchSortKey(range.to),
      },
      ScanIndexForward: false,
      Limit: limit,
    }),
  );
  return Items;
};
