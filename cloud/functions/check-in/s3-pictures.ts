import { createHash } from 'node:crypto';
import { AwsClient } from 'aws4fetch';
import type { RuntimeEnvironment } from '../environment.ts';

/** Pictures of check-ins, each under its person, so that erasing somebody is one prefix. */
export interface CheckInPictures {
  /** `date` is the local date of the punch. The same picture stored twice is one. */
  store(picture: {
    readonly personId: string;
    readonly date: string;
    readonly id: string;
    readonly image: Uint8Array;
  }): Promise<void>;
}

const attemptMs = 5_000;
const retries = 2;

/** What S3 answered instead of 200; `name` is its own code, such as `AccessDenied`. */
class S3Error extends Error {
  override readonly name: string;
  constructor(code: string, status: number) {
    super(`S3 answered ${status}`);
    this.name = code;
  }
}

/**
 * In the image bucket, which encrypts by its own rule and forgets by the prefix (cloud/infra/photo-classes.ts).
 *
 * One PUT by a small signer instead of the SDK's client: that brings the description of every call that S3 knows, a quarter of the
 * function's bundle. Throws what S3 answers, after two more tries where it was throttled or in trouble; a broken
 * connection is thrown at once, and the same picture sent again stores it.
 */
export const makeS3Pictures = (runtime: RuntimeEnvironment, bucket: string): CheckInPictures => {
  const { AWS_REGION: region, AWS_ENDPOINT_URL: endpoint, AWS_SESSION_TOKEN: sessionToken } = runtime;
  const client = new AwsClient({
    service: 's3',
    region,
    accessKeyId: runtime.AWS_ACCESS_KEY_ID,
    secretAccessKey: runtime.AWS_SECRET_ACCESS_KEY,
    ...(sessionToken === undefined ? {} : { sessionToken }),
    retries,
  });
  const base =
    endpoint === undefined ? `https://${bucket}.s3.${region}.amazonaws.com` : `${endpoint}/${bucket}`;
  return {
    async store({ personId, date, id, image }) {
      const answer = await client.fetch(`${base}/check-in/${personId}/${date}/${id}.jpg`, {
        method: 'PUT',
        headers: {
          'content-type': 'image/jpeg',
          'x-amz-content-sha256': createHash('sha256').update(image).digest('hex'),
        },
        body: new Uint8Array(image),
        signal: AbortSignal.timeout(attemptMs * (retries + 1)),
      });
      const text = await answer.text();
      if (answer.ok) return;
      throw new S3Error(/<Code>(\w+)<\/Code>/.exec(text)?.[1] ?? 'S3Error', answer.status);
    },
  };
};
