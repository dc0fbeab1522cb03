import { Duration } from 'aws-cdk-lib';
import { AttributeType, Billing, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, type LifecycleRule } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { RollcallConfig } from './configuration.ts';
import { expiryDays, photoClasses } from './photo-classes.ts';
import { dataRemovalPolicy } from './removal.ts';

type StorageProps = { readonly config: RollcallConfig; readonly key: Key };

/** The single table and the bucket for pictures that someone chose to keep. */
export class Storage extends Construct {
  readonly table: TableV2;
  readonly images: Bucket;

  constructor(scope: Construct, id: string, { config, key }: StorageProps) {
    super(scope, id);
    const removalPolicy = dataRemovalPolicy(config);
    const text = (name: string) => ({ name, type: AttributeType.STRING });

    this.table = new TableV2(this, 'Table', {
      partitionKey: text('pk'),
      sortKey: text('sk'),
      globalSecondaryIndexes: [
        { indexName: 'gsi1', partitionKey: text('gsi1pk'), sortKey: text('gsi1sk') },
        { indexName: 'gsi2', partitionKey: text('gsi2pk'), sortKey: text('gsi2sk') },
      ],
      timeToLiveAttribute: 'ttl',
      billing: Billing.onDemand(),
      pointInTimeRecoverySpecification: {
        pointInTimeRecoveryEnabled: true,
        recoveryPeriodInDays: config.retention.backupDays,
      },
      deletionProtection: config.keepDataOnDelete,
      removalPolicy,
    });

    this.images = new Bucket(this, 'Images', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.KMS,
      encryptionKey: key,
      // One request to the key for many pictures.
      bucketKeyEnabled: true,
      enforceSSL: true,
      // No versions: a deleted picture of a person must be gone.
      versioned: false,
      lifecycleRules: pictureExpiry(config),
      removalPolicy,
    });
    acknowledge(
      this.images,
      'S1',
      'Access logs would be one more place that says whose picture was seen when; docs/deploy.md has CloudTrail data events for who needs them.',
    );
  }
}

const pictureExpiry = (config: RollcallConfig): LifecycleRule[] => {
  const classes = photoClasses(config);
  const longest = Math.max(...classes.map(({ atMostDays }) => atMostDays));
  return [
    ...classes.map(({ prefix, atMostDays }) => ({
      id: prefix.slice(0, -1),
      prefix,
      expiration: Duration.days(expiryDays(atMostDays)),
    })),
    // Nothing stays for good because somebody mistyped a prefix.
    {
      id: 'everything',
      expiration: Duration.days(expiryDays(longest)),
      abortIncompleteMultipartUploadAfter: Duration.days(1),
    },
  ];
};
