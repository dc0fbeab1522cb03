import { attendanceWrites, mayCount, putNew, type Write } from '../punches/attendance-writes.ts';
import type { StoredReceipt } from '../table/items.ts';
import {
  bootKey,
  inDoorReceipts,
  inDoorSequence,
  inSiteTimeline,
  passageKey,
  receiptKey,
  sightingKey,
  untimedKey,
} from '../table/keys.ts';
import { searchCount } from '../usage/search-count.ts';
import type { Settlement } from './settle.ts';

/** A receipt outlives the 4 and 14 days that a delivery may wait in the queues. */
const receiptDays = 20;
/** A sighting without a time waits no longer than anyone would still ask for its punch. */
const untimedDays = 90;
const daysFrom = (instant: string, days: number): number =>
  Math.floor(Date.parse(instant) / 1000) + days * 86_400;

/**
 * Every write of a settlement. Each condition states what must still be true: the sighting is new (or still waits for its time),
 * its passage has no punch, the days are those that were derived from, the person consents, the boot's clock is not known.
 */
export const writesOf = (tableName: string, settlement: Settlement): readonly Write[] => {
  const { sighting, named, attendance, bought, waits, waited } = settlement;
  const item = sightingItem(settlement);
  const writes: Write[] = [
    waited === undefined
      ? putNew(tableName, item)
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
  if (named !== undefined) writes.push(mayCount(tableName, { ...named, needsConsent: true }));
  if (attendance !== undefined) writes.push(...attendanceWrites(tableName, attendance));
  if (bought !== undefined) writes.push(searchCount(tableName, bought));
  if (waits !== undefined) {
    const ttl = daysFrom(sighting.receivedAt, untimedDays);
    writes.push(
      putNew(tableName, { ...untimedKey(waits.thing, waits.bootId, waits.seq), ...waits, ttl }),
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
    ...inDoorReceipts(thing, receivedAt, `${passageId}#${attempt}`),
    ttl: daysFrom(receivedAt, receiptDays),
  };
};
