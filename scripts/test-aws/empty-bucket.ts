import { DeleteObjectsCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { clientSettings, type TestTarget } from '../../cloud/local/differential/environment.ts';

/** Deletes what interrupted tests left in the target's bucket, for CloudFormation removes only empty ones. */
export async function emptyBucket(target: TestTarget): Promise<void> {
  const s3 = new S3Client({ ...clientSettings(target), forcePathStyle: target.endpoint !== undefined });
  const Bucket = target.bucket;
  try {
    for (;;) {
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
      if (Contents.length === 0) return;
      const Objects = Contents.map(({ Key }) => ({ Key }));
      await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    }
  } finally {
    s3.destroy();
  }
}
