import { z } from 'zod';

/** An expiry rule of a bucket, the only kind of lifecycle rule that the local cloud knows. */
const LifecycleRule = z.strictObject({
  Status: z.enum(['Enabled', 'Disabled']),
  ExpirationInDays: z.int().positive().optional(),
  Prefix: z.string().optional(),
  // inert: a label
  Id: z.string().optional(),
  // inert: there are no multipart uploads here
  AbortIncompleteMultipartUpload: z.unknown().optional(),
});
export type LifecycleRule = z.infer<typeof LifecycleRule>;

/** `AWS::S3::Bucket`. Versions, websites, notifications, replication and CORS are not here and therefore refused. */
export const BucketProperties = z.strictObject({
  BucketName: z.string().optional(),
  LifecycleConfiguration: z.strictObject({ Rules: z.array(LifecycleRule) }).optional(),
  // inert: encryption at rest is not visible through the API
  BucketEncryption: z.unknown().optional(),
  // inert: nobody reads here without a signature, so there is no public access to block
  PublicAccessBlockConfiguration: z.unknown().optional(),
  // inert: there is one account, which owns everything
  OwnershipControls: z.unknown().optional(),
  // inert: labels
  Tags: z.unknown().optional(),
});

/** `AWS::S3::BucketPolicy`, enforced: see bucket-policy.ts for whom it may name. */
export const BucketPolicyProperties = z.strictObject({ Bucket: z.string(), PolicyDocument: z.unknown() });
