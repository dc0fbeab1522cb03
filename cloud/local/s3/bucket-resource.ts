import { z } from 'zod';

/** An expiry rule of a bucket, the only kind of lifecycle rule that the local cloud knows. */
const LifecycleRule = z.strictObject({
  Status: z.enum(['Enabled', 'Disabled']),
  ExpirationInDays: z.int().positive().optional(),
  Prefix: z.string().optional(),
  Id: z.string().optional(),
  // inert: there are no multipart uploads here
  AbortIncompleteMultipartUpload: z.unknown().optional(),
});
export type LifecycleRule = z.infer<typeof LifecycleRule>;

/** By S3's own keys, by AWS's key for S3, or by a key of the account, whose users then need grants: encryption.ts. */
const BucketEncryption = z.strictObject({
  ServerSideEncryptionConfiguration: z
    .array(
      z.strictObject({
        BucketKeyEnabled: z.boolean().optional(),
        ServerSideEncryptionByDefault: z.strictObject({
          SSEAlgorithm: z.enum(['AES256', 'aws:kms']),
          KMSMasterKeyID: z.string().startsWith('arn:aws:kms:', 'a key by its ARN').optional(),
        }),
      }),
    )
    .length(1),
});
export type BucketEncryption = z.infer<typeof BucketEncryption>;

/** `AWS::S3::Bucket`. Versions, websites, notifications, replication and CORS are not here and therefore refused. */
export const BucketProperties = z.strictObject({
  BucketName: z.string().optional(),
  LifecycleConfiguration: z.strictObject({ Rules: z.array(LifecycleRule) }).optional(),
  BucketEncryption: BucketEncryption.optional(),
  // inert: nobody reads here without a signature, so there is no public access to block
  PublicAccessBlockConfiguration: z.unknown().optional(),
  // inert: there is one account, which owns everything
  OwnershipControls: z.unknown().optional(),
  // inert: labels
  Tags: z.unknown().optional(),
});

/** `AWS::S3::BucketPolicy`, enforced: see bucket-policy.ts for whom it may name. */
export const BucketPolicyProperties = z.strictObject({ Bucket: z.string(), PolicyDocument: z.unknown() });
