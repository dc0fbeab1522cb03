import type { TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import type { SiteId } from '#contract/names.ts';
import { isVersion } from '../table/conditional-write.ts';
import { claimKey, dayKey, inSiteDays, inSiteTimeline, personKey, punchKey } from '../table/keys.ts';
import { staleItem } from '../table/stale.ts';
import type { Attendance } from './attendance.ts';

/** One write of a transaction. */
export type Write = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** Puts an item that must not exist yet. */
export const putNew = (TableName: string, Item: Record<string, unknown>): Write => ({
  Put: { TableName, Item, ConditionExpression: 'attribute_not_exists(pk)' },
});

/** The person may still get a punch at the site when it is written. */
export const mayCount = (
  TableName: string,
  { personId, site, needsConsent }: { personId: string; site: SiteId; needsConsent: boolean },
): Write => ({
  ConditionCheck: {
    TableName,
    Key: personKey(personId),
    ConditionExpression: `${needsConsent ? 'attribute_exists(consent) AND ' : ''}#status = :active AND site = :site`,
    ExpressionAttributeNames: { '#status': 'status' },
    ExpressionAttributeValues: { ':active': 'active', ':site': site },
  },
});

/**
 * Every write of a punch, from whatever source: the claim of its id to one punch, the punch, the days that it changes, and the note
 * that the attendance days by the rules are out of date. Fails as a whole when the id has its punch or a day has changed.
 */
export const attendanceWrites = (
  tableName: string,
  { punch, days, reliedOn, changed }: Attendance,
): readonly Write[] => [
  putNew(tableName, {
    ...claimKey(punch.id),
    passageId: punch.id,
    personId: punch.personId,
    direction: punch.direction,
    at: punch.at,
  }),
  putNew(tableName, {
    ...punchKey(punch.personId, punch.at, punch.id),
    ...punch,
    ...inSiteTimeline(punch.site, 'PUNCHES', punch.at, punch.id),
  }),
  ...days.map((day) => ({
    Put: {
      TableName: tableName,
      Item: { ...dayKey(day.personId, day.date), ...day, ...inSiteDays(day.site, day.date, day.personId) },
      ...isVersion(day.version - 1),
    },
  })),
  ...reliedOn.map(({ personId, date, version }) => ({
    ConditionCheck: { TableName: tableName, Key: dayKey(personId, date), ...isVersion(version) },
  })),
  // Only what the days make of a punch is rewritten, never what was recorded.
  ...changed.map(({ at, id, direction, suppressedBy }) => ({
    Update: {
      TableName: tableName,
      Key: punchKey(punch.personId, at, id),
      ConditionExpression: 'attribute_exists(pk)',
      UpdateExpression:
        suppressedBy === null
          ? 'SET direction = :direction REMOVE suppressedBy'
          : 'SET direction = :direction, suppressedBy = :suppressedBy',
      ExpressionAttributeValues: {
        ':direction': direction,
        ...(suppressedBy === null ? {} : { ':suppressedBy': suppressedBy }),
      },
    },
  })),
  {
    Put: {
      TableName: tableName,
      Item: staleItem({
        site: punch.site,
        personId: punch.personId,
        factId: punch.id,
        instants: [punch.at, ...changed.map(({ at }) => at)],
      }),
    },
  },
];
