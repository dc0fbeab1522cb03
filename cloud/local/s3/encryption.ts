import { account } from '../account.ts';
import { ServiceError, type ServiceRequest } from '../gateway/service.ts';
import type { BucketEncryption } from './bucket-resource.ts';

/** Under what a bucket rests. Nothing is encrypted on one machine; whom AWS's key would refuse is refused. */
export interface RestingKey {
  /** What every answer about an object says of its encryption. */
  readonly headers: Readonly<Record<string, string>>;
  /** Throws AccessDenied unless the caller may use the account's own key, where there is one. HEAD and DELETE never need it. */
  require(action: 'kms:GenerateDataKey' | 'kms:Decrypt', request: Pick<ServiceRequest, 'authorize'>): void;
  /** Throws NotImplemented when a request asks for another encryption than the bucket's. */
  refuseOther(headers: ServiceRequest['headers']): void;
  /** Whether an AWS service without a role of its own could read what rests here. */
  readonly opensToServices: boolean;
}

/** A bucket without a declaration rests under S3's own keys (SSE-S3). Source: S3 user guide, "Using server-side encryption with AWS KMS keys". */
export const makeRestingKey = (declared: BucketEncryption | undefined): RestingKey => {
  const [rule] = declared?.ServerSideEncryptionConfiguration ?? [];
  const { SSEAlgorithm: algorithm = 'AES256', KMSMasterKeyID: keyArn } =
    rule?.ServerSideEncryptionByDefault ?? {};
  return {
    headers: {
      'x-amz-server-side-encryption': algorithm,
      ...(keyArn === undefined ? {} : { 'x-amz-server-side-encryption-aws-kms-key-id': keyArn }),
      ...(rule?.BucketKeyEnabled === true
        ? { 'x-amz-server-side-encryption-bucket-key-enabled': 'true' }
        : {}),
    },
    require(action, request) {
      if (keyArn === undefined) return;
      request.authorize(action, keyArn, {
        'kms:ViaService': `s3.${account.region}.amazonaws.com`,
        'kms:CallerAccount': account.id,
      });
    },
    refuseOther(headers) {
      const asked = headers['x-amz-server-side-encryption'];
      if (asked === undefined || asked === algorithm) return;
      throw new ServiceError(
        'NotImplemented',
        `The local cloud encrypts as the bucket does (${algorithm}), not as "x-amz-server-side-encryption: ${asked}" asks.`,
        501,
      );
    },
    opensToServices: keyArn === undefined,
  };
};
