import type { TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import type { StoredSighting } from '../table/items.ts';
import {
  claimKey,
  dayKey,
  inDoorTimeline,
  inSiteDays,
  inSiteTimeline,
  personKey,
  punchKey,
  sightingKey,
} from '../table/keys.ts';
import type { Settlement } from './settle.ts';

type Attendance = NonNullable<Settlement['attendance']>;
type Writes = NonNullable<TransactWriteCommandInput['TransactItems']>;

/** A sighting with the index attributes that put it in its site's and its door's list. */
export const sightingItem = (sighting: StoredSighting) => {
  const id = `${sighting.passageId}#${sighting.attempt}`;
  return {
    ...sighting,
    ...(sighting.site === undefined
      ? {}
      : inSiteTimeline(sighting.site, 'SIGHTINGS', sighting.capturedAt, id)),
    ...inDoorTimeline(sighting.door.thing, sighting.capturedAt, id),
  };
};

/**
 * The one transaction of a sighting that makes a punch. Each condition states what must still be true:
 * the sighting is new, its passage has no punch, the day is the one that was derived from, and the person consents.
 */
export const writesOf = (
  tableName: string,
  sighting: StoredSighting,
  { punch, day, changed }: Attendance,
): Writes => {
  const put = (Item: Record<string, unknown>) => ({
    Put: { TableName: tableName, Item, ConditionExpression: 'attribute_not_exists(pk)' },
  });
  return [
    put({ ...sightingKey(sighting.passageId, sighting.attempt), ...sightingItem(sighting) }),
    put({
      ...claimKey(sighting.passageId),
      passageId: sighting.passageId,
      personId: punch.personId,
      direction: punch.direction,
    }),
    put({
      ...punchKey(punch.personId, punch.at, punch.id),
      ...punch,
      ...inSiteTimeline(punch.site, 'PUNCHES', punch.at, punch.id),
    }),
    {
      Put: {
        TableName: tableName,
        Item: { ...dayKey(day.personId, day.date), ...day, ...inSiteDays(day.site, day.date, day.personId) },
        ConditionExpression: 'attribute_not_exists(pk) OR version = :read',
        ExpressionAttributeValues: { ':read': day.version - 1 },
      },
    },
    {
      ConditionCheck: {
        TableName: tableName,
        Key: personKey(punch.personId),
        ConditionExpression: 'attribute_exists(consent) AND #status = :active AND site = :site',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: { ':active': 'active', ':site': punch.site },
      },
    },
    // Only what the day makes of a punch is rewritten, never what the door recorded.
    ...changed.map(({ at, punch: { id, direction, suppressedBy } }) => ({
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
  ];
};
