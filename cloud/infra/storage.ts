import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { RollcallConfig } from './configuration.ts';

/** What a deleted stack leaves behind of people's data, as the configuration says. */
export const dataRemovalPolicy = (config: RollcallConfig): RemovalPolicy =>
  config.keepDataOnDelete ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;

/** The single table and the bucket for pictures that someone chose to keep. */
export class Storage extends Construct {
  readonly table: TableV2;
  readonly images: Bucket;

  constructor(scope: Construct, id: string, props: { readonly config: RollcallConfig }) {
    super(scope, id);
    const removalPolicy = dataRemovalPolicy(props.config);
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
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: props.config.keepDataOnDelete,
      removalPolicy,
    });

    this.images = new Bucket(this, 'Images', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      // No versions: a deleted picture of a person must be gone.
      versioned: false,
      lifecycleRules: [
        {
          id: 'picture-retention',
          expiration: Duration.days(30),
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
      ],
      removalPolicy,
    });
  }
}
