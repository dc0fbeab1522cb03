import {
  DeleteCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { Instant } from '#contract/names.ts';
import { batchGet, type TableAccess } from '../table/batch-get.ts';
import { ifNotRaced, isVersion } from '../table/conditional-write.ts';
import { type SeqRange, StoredGap, StoredReceipt, StoredSequence } from '../table/items.ts';
import {
  doorReceiptsPartition,
  doorSequencePartition,
  gapKey,
  inOpenGaps,
  type Key,
  openGapsPartition,
  passageKey,
  receiptKey,
  seqPosition,
  sequenceKey,
  sightingKey,
} from '../table/keys.ts';
import { queryAll } from '../table/query-all.ts';
import type { Arrived, DoorSequences } from './door-sequences.ts';

/** How much of a door's counter one call reads: items of a page, and pages. */
const defaultReading = { pageSize: 1_000, maxPages: 30 };
/** Receipts that one report looks through; more are looked through by the next ones. */
const receiptsAtOnce = 50;
/** A raised gap is there to be read for as long as anybody asks. */
const keptDays = 90;

/** The gap detector's part of the single table. Lists are read from an index, which follows the table within a second. */
export const makeDynamoDoorSequences = (table: TableAccess, reading = defaultReading): DoorSequences => {
  const { client, tableName } = table;

  const page = (
    thing: string,
    { from, to }: SeqRange,
    countedFrom: Instant | undefined,
    start: object | undefined,
  ) =>
    client.send(
      new QueryCommand({
        TableName: tableName,
        IndexName: 'gsi2',
        KeyConditionExpression: 'gsi2pk = :door AND gsi2sk BETWEEN :from AND :to',
        ...(countedFrom === undefined ? {} : { FilterExpression: 'receivedAt > :since' }),
        ProjectionExpression: 'seq',
        ExpressionAttributeValues: {
          ':door': doorSequencePartition(thing),
          ':from': seqPosition(from),
          ':to': seqPosition(to + 1),
          ...(countedFrom === undefined ? {} : { ':since': countedFrom }),
        },
        Limit: reading.pageSize,
        ...(start === undefined ? {} : { ExclusiveStartKey: { ...start } }),
      }),
    );

  return {
    async find(thing) {
      const Key = sequenceKey(thing);
      const { Item } = await client.send(new GetCommand({ TableName: tableName, Key, ConsistentRead: true }));
      return Item === undefined ? null : StoredSequence.parse(Item);
    },

    async arrived(thing, range, countedFrom): Promise<Arrived> {
      const seqs = new Set<number>();
      let start: Record<string, unknown> | undefined;
      for (let pages = 1; pages <= reading.maxPages; pages += 1) {
        const answer = await page(thing, range, countedFrom, start);
        for (const { seq } of answer.Items ?? []) seqs.add(Number(seq));
        start = answer.LastEvaluatedKey;
        if (start === undefined) return { seqs: [...seqs], completeTo: range.to + 1 };
      }
      // More of the number where the reading ended may follow, unless nothing else was read.
      const endedAt = Number(String(start?.gsi2sk).slice(0, seqPosition(0).length));
      const completeTo = Math.max(endedAt, range.from + 1);
      return { seqs: [...seqs].filter((seq) => seq < completeTo), completeTo };
    },

    async save(sequence, noticed) {
      const put = {
        TableName: tableName,
        Item: { ...sequenceKey(sequence.thing), ...sequence },
        ...isVersion(sequence.version - 1),
      };
      if (noticed === null) return ifNotRaced(client.send(new PutCommand(put)));
      const gap = { TableName: tableName, Item: gapItem(noticed), ...isVersion(0) };
      return ifNotRaced(
        client.send(new TransactWriteCommand({ TransactItems: [{ Put: put }, { Put: gap }] })),
      );
    },

    async openGaps(since) {
      const items = await queryAll(table, {
        IndexName: 'gsi2',
        KeyConditionExpression: 'gsi2pk = :open AND gsi2sk >= :since',
        ExpressionAttributeValues: { ':open': openGapsPartition, ':since': since },
        ScanIndexForward: false,
      });
      return items.map((item) => StoredGap.parse(item));
    },

    async waits(thing, since) {
      const { Items = [], LastEvaluatedKey } = await client.send(
        new QueryCommand({
          TableName: tableName,
          IndexName: 'gsi1',
          KeyConditionExpression: 'gsi1pk = :door AND gsi1sk >= :since',
          ExpressionAttributeValues: { ':door': doorReceiptsPartition(thing), ':since': since },
          Limit: receiptsAtOnce,
        }),
      );
      const receipts = Items.map((item) => StoredReceipt.parse(item));
      const found = await batchGet(table, receipts.flatMap(settledKeys));
      const settled = new Set(found.map(({ pk, sk }) => `${pk} ${sk}`));
      const isSettled = (receipt: StoredReceipt) =>
        settledKeys(receipt).some(({ pk, sk }) => settled.has(`${pk} ${sk}`));
      await Promise.all(
        receipts
          .filter(isSettled)
          .map(({ passageId, attempt }) =>
            client.send(new DeleteCommand({ TableName: tableName, Key: receiptKey(passageId, attempt) })),
          ),
      );
      return LastEvaluatedKey !== undefined || !receipts.every(isSettled);
    },

    saveGap: (gap) =>
      ifNotRaced(
        client.send(
          new PutCommand({ TableName: tableName, Item: gapItem(gap), ...isVersion(gap.version - 1) }),
        ),
      ),

    forgetGap: (gap) =>
      ifNotRaced(
        client.send(new DeleteCommand({ TableName: tableName, Key: keyOf(gap), ...isVersion(gap.version) })),
      ),

    async markAnnounced(gap, at) {
      await client.send(
        new UpdateCommand({
          TableName: tableName,
          Key: keyOf(gap),
          UpdateExpression: 'SET announcedAt = :at ADD version :one',
          ConditionExpression: 'attribute_exists(pk)',
          ExpressionAttributeValues: { ':at': at, ':one': 1 },
        }),
      );
    },
  };
};

/** Where a delivery is recorded once it is settled, with a picture or without. */
const settledKeys = ({ passageId, attempt, seq }: StoredReceipt): readonly Key[] => [
  sightingKey(passageId, attempt),
  passageKey(passageId, seq),
];

const keyOf = ({ thing, noticedAt, lowest }: StoredGap) => gapKey(thing, noticedAt, lowest);

/** A gap, in the list of open ones until it is closed. What was raised goes after a while; a suspicion is taken away. */
const gapItem = (gap: StoredGap): Record<string, unknown> => {
  const { thing, noticedAt, lowest, raisedAt, closedAt } = gap;
  return {
    ...keyOf(gap),
    ...gap,
    ...(closedAt === undefined ? inOpenGaps(thing, noticedAt, lowest) : {}),
    ...(raisedAt === undefined ? {} : { ttl: Math.floor(Date.parse(raisedAt) / 1000) + keptDays * 86_400 }),
  };
};
