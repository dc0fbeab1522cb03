import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { DayStatus } from '#contract/day.ts';
import type { LocalDate } from '../../domain/local-time.ts';
import { StoredOverview, StoredResult } from '../table/attendance-items.ts';
import {
  overviewKey,
  resultSortKey,
  siteResultsPartition,
  siteStatusPartition,
} from '../table/attendance-keys.ts';
import type { TableAccess } from '../table/batch-get.ts';
import { personKey } from '../table/keys.ts';
import { queryAll, queryUpTo } from '../table/query-all.ts';

type DateRange = { readonly from: LocalDate; readonly to: LocalDate };

/** Reads what is derived: days, and days of sites in sums. */
export interface Results {
  /** At most `limit` results (null = all) of a site's date in order of the person's id, after one of them; of any status or of one. */
  ofSite(
    site: string,
    date: LocalDate,
    request: {
      readonly status?: DayStatus | undefined;
      readonly after: string | null;
      readonly limit: number | null;
    },
  ): Promise<readonly StoredResult[]>;
  /** At most `limit` results of a person, newest date first. */
  ofPerson(personId: string, range: DateRange, limit: number): Promise<readonly StoredResult[]>;
  overview(site: string, date: LocalDate): Promise<StoredOverview | null>;
  /** Oldest first; dates without one are left out. */
  overviews(site: string, range: DateRange): Promise<readonly StoredOverview[]>;
}

export const makeDynamoResults = (table: TableAccess): Results => ({
  async ofSite(site, date, { status, after, limit }) {
    const [index, partition] =
      status === undefined
        ? ['gsi1', siteResultsPartition(site, date)]
        : ['gsi2', siteStatusPartition(site, date, status)];
    const items = await queryUpTo(table, limit, {
      IndexName: index,
      KeyConditionExpression: `${index}pk = :partition${after === null ? '' : ` AND ${index}sk > :after`}`,
      ExpressionAttributeValues: { ':partition': partition, ...(after === null ? {} : { ':after': after }) },
    });
    return items.map(toResult);
  },

  async ofPerson(personId, { from, to }, limit) {
    const items = await queryUpTo(table, limit, {
      // A day that was derived a moment ago is there.
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: {
        ':pk': personKey(personId).pk,
        ':from': resultSortKey(from),
        ':to': resultSortKey(to),
      },
      ScanIndexForward: false,
    });
    return items.map(toResult);
  },

  async overview(site, date) {
    const { Item } = await table.client.send(
      new GetCommand({ TableName: table.tableName, Key: overviewKey(site, date) }),
    );
    return Item === undefined ? null : StoredOverview.parse(Item);
  },

  async overviews(site, { from, to }) {
    const items = await queryAll(table, {
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: { ':pk': overviewKey(site, from).pk, ':from': from, ':to': to },
    });
    return items.map((item) => StoredOverview.parse(item));
  },
});

const toResult = (item: unknown): StoredResult => StoredResult.parse(item);
