import { z } from 'zod';
import type { Json } from './engine.ts';

const KeySchema = z.array(z.strictObject({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }));
const Projection = z.strictObject({
  ProjectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']),
  NonKeyAttributes: z.array(z.string()).optional(),
});
const Index = z.strictObject({
  IndexName: z.string(),
  KeySchema,
  Projection,
  // inert: capacity and insight settings change nothing on one machine
  ContributorInsightsSpecification: z.unknown().optional(),
  ReadOnDemandThroughputSettings: z.unknown().optional(),
  WriteOnDemandThroughputSettings: z.unknown().optional(),
  OnDemandThroughput: z.unknown().optional(),
  WarmThroughput: z.unknown().optional(),
});

const shared = {
  TableName: z.string().optional(),
  AttributeDefinitions: z.array(
    z.strictObject({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) }),
  ),
  KeySchema,
  GlobalSecondaryIndexes: z.array(Index).optional(),
  LocalSecondaryIndexes: z.array(Index).optional(),
  // Provisioned capacity would throttle; nothing here does, so only on-demand tables are the same in both clouds.
  BillingMode: z.literal('PAY_PER_REQUEST'),
  TimeToLiveSpecification: z
    .strictObject({ AttributeName: z.string().optional(), Enabled: z.boolean() })
    .optional(),
  // inert: encryption at rest is not visible through the API
  SSESpecification: z.unknown().optional(),
  // inert: capacity settings change nothing on one machine
  WarmThroughput: z.unknown().optional(),
};

/** `AWS::DynamoDB::Table` as CloudFormation documents it, as far as the local cloud stands for it. */
export const TableProperties = z.strictObject({
  ...shared,
  // inert: backups, deletion protection, tags, insights and class do not change what an application sees
  PointInTimeRecoverySpecification: z.unknown().optional(),
  DeletionProtectionEnabled: z.unknown().optional(),
  Tags: z.unknown().optional(),
  ContributorInsightsSpecification: z.unknown().optional(),
  TableClass: z.unknown().optional(),
  OnDemandThroughput: z.unknown().optional(),
});

/** `AWS::DynamoDB::GlobalTable`, which the CDK's TableV2 becomes. One replica only: the one Region that the local cloud plays. */
export const GlobalTableProperties = z.strictObject({
  ...shared,
  Replicas: z
    .array(
      z.strictObject({
        Region: z.string(),
        // inert: as in TableProperties, here per replica
        PointInTimeRecoverySpecification: z.unknown().optional(),
        DeletionProtectionEnabled: z.unknown().optional(),
        Tags: z.unknown().optional(),
        ContributorInsightsSpecification: z.unknown().optional(),
        TableClass: z.unknown().optional(),
        GlobalSecondaryIndexes: z.unknown().optional(),
        SSESpecification: z.unknown().optional(),
        ReadOnDemandThroughputSettings: z.unknown().optional(),
      }),
    )
    .length(1, 'the local cloud plays one Region, so a table has exactly one replica here'),
  // inert: capacity settings change nothing on one machine
  WriteOnDemandThroughputSettings: z.unknown().optional(),
});

export type TableResource = Pick<
  z.infer<typeof TableProperties>,
  'AttributeDefinitions' | 'KeySchema' | 'GlobalSecondaryIndexes' | 'LocalSecondaryIndexes'
>;

/** The input of CreateTable for a declared table. */
export const createTableInput = (name: string, table: TableResource): Json => ({
  TableName: name,
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: table.AttributeDefinitions,
  KeySchema: table.KeySchema,
  ...(table.GlobalSecondaryIndexes && {
    GlobalSecondaryIndexes: table.GlobalSecondaryIndexes.map(indexInput),
  }),
  ...(table.LocalSecondaryIndexes && { LocalSecondaryIndexes: table.LocalSecondaryIndexes.map(indexInput) }),
});

const indexInput = ({ IndexName, KeySchema, Projection }: z.infer<typeof Index>) => ({
  IndexName,
  KeySchema,
  Projection,
});

/**
 * The part of a table that cannot change without rewriting its items, as one comparable text.
 * Takes a declaration or DescribeTable's answer.
 */
export const schemaText = (table: unknown): string => {
  const { AttributeDefinitions, KeySchema, GlobalSecondaryIndexes, LocalSecondaryIndexes } =
    DescribedTable.parse(table);
  const indexes = (list: readonly z.infer<typeof DescribedIndex>[] = []) =>
    list
      .map((index) => ({ ...index, Projection: sortedProjection(index.Projection) }))
      .sort((a, b) => a.IndexName.localeCompare(b.IndexName));
  return JSON.stringify({
    attributes: AttributeDefinitions.map((a) => `${a.AttributeName}:${a.AttributeType}`).sort(),
    key: KeySchema,
    global: indexes(GlobalSecondaryIndexes),
    local: indexes(LocalSecondaryIndexes),
  });
};

const sortedProjection = ({ ProjectionType, NonKeyAttributes }: z.infer<typeof Projection>) => ({
  ProjectionType,
  NonKeyAttributes: [...(NonKeyAttributes ?? [])].sort(),
});

const DescribedIndex = z.object({ IndexName: z.string(), KeySchema, Projection });
const DescribedTable = z.object({
  AttributeDefinitions: z.array(z.object({ AttributeName: z.string(), AttributeType: z.string() })),
  KeySchema,
  GlobalSecondaryIndexes: z.array(DescribedIndex).optional(),
  LocalSecondaryIndexes: z.array(DescribedIndex).optional(),
});
