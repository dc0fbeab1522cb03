import type { TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import { isVersion } from '../table/conditional-write.ts';
import type { StoredReceipt, StoredSighting } from '../table/items.ts';
import {
  bootKey,
  claimKey,
  dayKey,
  inDoorSequence,
  inSiteDays,
  inSiteTimeline,
  passageKey,
  personKey,
  punchKey,
  receiptKey,
  sightingKey,
  untimedKey,
} from '../table/keys.ts';
import type { Attendance, Settlement } from './settle.ts';

export type Write = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** A receipt outlives the 4 and 14 days that a delivery may wait in the queues. */
const receiptDays = 20;
/** A sighting without a time waits no longer than anyone would still ask for its punch. */
const untimedDays = 90;
const daysFrom = (instant: string, days: number): number =>
  Math.floor(Date.parse(instant) / 1000) + days * 86_400;

/** Puts an item that must not exist yet. */
type PutNew = (item: Record<string, unknown>) => Write;

/**
 * Every write of a settlement. Each condition states what must still be true: the sighting is new (or still waits for its time),
 * its passage has no punch, the days are those that were derived from, the person consents, the boot's clock is not known.
 */
export const writesOf = (tableName: string, settlement: Settlement): readonly Write[] => {
  const { sighting, named, attendance, waits, waited } = settlement;
  const putNew: PutNew = (Item) => ({
    Put: { TableName: tableName, Item, ConditionExpression: 'attribute_not_exists(pk)' },
  });
  const item = sightingItem(settlement);
  const writes: Write[] = [
    waited === undefined
      ? putNew(item)
      : {
          Put: {
            TableName: tableName,
            Item: item,
            ConditionExpression: '#reason = :waits',
            ExpressionAttributeNames: { '#reason': 'reason' },
            ExpressionAttributeValues: { ':waits': 'time_unknown' },
          },
        },
  ];
  if (named !== undefined) {
    writes.push({
      ConditionCheck: {
        TableName: tableName,
        Key: personKey(named.personId),
        ConditionExpression: 'attribute_exists(consent) AND #status = :active AND site = :site',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: { ':active': 'active', ':site': named.site },
      },
    });
  }
  if (attendance !== undefined) writes.push(...attendanceWrites(tableName, sighting, attendance, putNew));
  if (waits !== undefined) {
    const ttl = daysFrom(sighting.receivedAt, untimedDays);
    writes.push(
      putNew({ ...untimedKey(waits.thing, waits.bootId, waits.seq), ...waits, ttl }),
      // Whoever learns the clock looks for what waits: one of the two must see the other.
      {
        ConditionCheck: {
          TableName: tableName,
          Key: bootKey(waits.thing, waits.bootId),
          ConditionExpression: 'attribute_not_exists(pk)',
        },
      },
    );
  }
  if (waited !== undefined) {
    const Key = untimedKey(waited.thing, waited.bootId, waited.seq);
    writes.push({ Delete: { TableName: tableName, Key } });
  }
  return writes;
};

const attendanceWrites = (
  tableName: string,
  { passageId }: StoredSighting,
  { punch, days, reliedOn, changed }: Attendance,
  putNew: PutNew,
): readonly Write[] => [
  putNew({ ...claimKey(passageId), passageId, personId: punch.personId, direction: punch.direction }),
  putNew({
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
  // Only what the days make of a punch is rewritten, never what the door recorded.
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
];

/** A sighting, or a passage without a picture, with the index attributes that put it in its site's and its door's list. */
const sightingItem = ({ kind, sighting }: Settlement): Record<string, unknown> => {
  const { passageId, attempt, seq, site, door, capturedAt } = sighting;
  const id = `${passageId}#${attempt}`;
  return {
    ...(kind === 'passage' && seq !== undefined
      ? passageKey(passageId, seq)
      : sightingKey(passageId, attempt)),
    ...sighting,
    ...(site === undefined ? {} : inSiteTimeline(site, 'SIGHTINGS', capturedAt, id)),
    ...(seq === undefined ? {} : inDoorSequence(door.thing, seq, id)),
  };
};

/** A receipt, which vanishes by itself. */
export const receiptItem = (receipt: StoredReceipt): Record<string, unknown> => {
  const { passageId, attempt, thing, seq, receivedAt } = receipt;
  return {
    ...receiptKey(passageId, attempt),
    ...receipt,
    ...inDoorSequence(thing, seq, `${passageId}#${attempt}#RECEIPT`),
    ttl: daysFrom(receivedAt, receiptDays),
  };
};
